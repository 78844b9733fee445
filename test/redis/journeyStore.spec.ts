import { randomUUID } from 'node:crypto';

import type { Fix } from '../../src/domain/location';
import type { JourneyChange } from '../../src/domain/journey';
import { encodeSession } from '../../src/redis/codec';
import { decodeEntry } from '../../src/redis/entryCodec';
import { partitionOf } from '../../src/redis/keys';
import { createScriptCallers } from '../../src/redis/scriptCaller';
import { ended, started } from '../support/journeys';
import { aSession } from '../support/sessions';
import { TestStore } from '../support/store';

const here: Fix = {
  latitude: 52.52,
  longitude: 13.405,
  accuracy: 5,
  heading: null,
  speed: null,
  capturedAt: null,
};

describe('The live store on Redis', () => {
  let test: TestStore;
  let sessionId: string;
  beforeAll(async () => {
    test = await TestStore.open();
  });
  afterAll(() => test.close());
  beforeEach(() => {
    sessionId = `s-${randomUUID()}`;
  });

  const changes = async (stream: (partition: string) => string) => {
    const entries = await test.redis.xrange(stream(partitionOf(sessionId)), '-', '+');
    return entries
      .map(
        ([, fields]) =>
          decodeEntry(
            new Map(fields.flatMap((_, at) => (at % 2 ? [] : [[fields[at]!, fields[at + 1]!]]))),
          ) as JourneyChange,
      )
      .filter(({ journey }) => journey.sessionId === sessionId);
  };
  /** Under its name and its former one. */
  const expiryKeys = (): string[] => {
    const partition = partitionOf(sessionId);
    return [test.keys.expiry(partition), test.keys.formerExpiry(partition)];
  };
  const send = (fix: Partial<Fix> = {}) =>
    test.store.update({ sessionId, trainerId: 't', points: [{ ...here, ...fix }], sentAt: null });

  /** A moment by Redis' clock after all that was done before. */
  const soon = async (): Promise<number> => (await test.laterSnapshot(sessionId)).now;

  it('gives every key its life, and files the deadline and the change in the same step', async () => {
    await test.startJourney(sessionId, 't');
    await send();
    const lives = {
      active: [test.keys.active(sessionId), 3_660_000],
      meta: [test.keys.meta(sessionId), 3_600_000],
      location: [test.keys.location('t', sessionId), 300_000],
    } as const;
    for (const [key, life] of Object.values(lives)) {
      const ttl = await test.redis.pttl(key);
      expect(ttl).toBeLessThanOrEqual(life);
      expect(ttl).toBeGreaterThan(life - 10_000);
    }
    const snapshot = await test.store.readSnapshot(sessionId);
    if (snapshot.kind !== 'ACTIVE') throw new Error('The journey is not active');
    const deadline = await test.redis.zscore(test.keys.deadlines(partitionOf(sessionId)), sessionId);
    expect(Number(deadline)).toBe(snapshot.journey.expiresAt);
    const [started] = await changes((partition) => test.keys.events(partition));
    expect(started).toEqual({ kind: 'STARTED', sequence: 1, journey: { ...snapshot.journey, version: 1 } });
    expect(await changes((partition) => test.keys.records(partition))).toEqual([started]);
  });

  it.each(['ARRIVED', 'STOPPED'] as const)('keeps only the ended record of a journey that %s', async (as) => {
    await test.startJourney(sessionId, 't');
    await send();
    const outcome = await test.store.finish({ sessionId, trainerId: 't' }, as);
    expect(outcome).toMatchObject({ kind: 'FINISHED', journey: { state: as, version: 3 } });
    expect(await test.redis.exists(test.keys.active(sessionId), test.keys.location('t', sessionId))).toBe(0);
    expect(await test.redis.zscore(test.keys.deadlines(partitionOf(sessionId)), sessionId)).toBeNull();
    for (const key of expiryKeys()) expect(await test.redis.hexists(key, sessionId)).toBe(0);
    expect(await test.redis.pttl(test.keys.ended(sessionId))).toBeGreaterThan(290_000);
    // However often the end is requested, it is recorded only once.
    expect(await test.store.finish({ sessionId, trainerId: 't' }, as)).toEqual(outcome);
    const events = await changes((partition) => test.keys.events(partition));
    expect(events.map(({ kind }) => kind)).toEqual(['STARTED', 'ENDED']);
    expect(await changes((partition) => test.keys.records(partition))).toEqual(events);
  });

  it('lets no location outlive its journey', async () => {
    await test.startJourney(sessionId, 't');
    await test.redis.pexpire(test.keys.active(sessionId), 2000);
    await send();
    expect(await test.redis.pttl(test.keys.location('t', sessionId))).toBeLessThanOrEqual(2000);
  });

  it('keeps the version when a location expires', async () => {
    await test.startJourney(sessionId, 't');
    await send();
    await test.redis.pexpire(test.keys.location('t', sessionId), 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await test.store.readSnapshot(sessionId)).toMatchObject({ fix: null, journey: { version: 2 } });
    expect(await send()).toMatchObject({ kind: 'APPLIED', version: 3 });
  });

  it('keeps no heading of an earlier fix with a later one that has none', async () => {
    await test.startJourney(sessionId, 't', { minutesAgo: 5 });
    await send({ heading: 90, speed: 3, capturedAt: Date.now() - 10_000 });
    await send({ capturedAt: Date.now() - 1000 });
    expect(await test.store.readSnapshot(sessionId)).toMatchObject({ fix: { heading: null, speed: null } });
  });

  it('starts a retried start once: the same journey id is the same start', async () => {
    const command = {
      journeyId: randomUUID(),
      clientRequestId: null,
      session: aSession({ id: sessionId, trainerId: 't' }),
      readAt: Date.now(),
      startable: true,
    };
    const first = await test.store.start(command);
    expect(first).toMatchObject({ kind: 'STARTED', journey: { id: command.journeyId } });
    expect(await test.store.start(command)).toEqual(first);
    expect(await changes((partition) => test.keys.events(partition))).toHaveLength(1);
    expect(await test.store.start({ ...command, journeyId: randomUUID() })).toMatchObject({
      kind: 'ALREADY_STARTED',
    });
  });

  it('ends an overdue journey once, whichever of many comes first, also after its key is gone', async () => {
    for (const keyIsGone of [false, true]) {
      sessionId = `s-${randomUUID()}`;
      const startedAt = await test.startJourney(sessionId, 't');
      await send();
      const deadline = startedAt + 10;
      await test.redis.zadd(test.keys.deadlines(partitionOf(sessionId)), deadline, sessionId);
      await test.redis.hset(test.keys.active(sessionId), 'expiresAt', deadline);
      if (keyIsGone) await test.redis.del(test.keys.active(sessionId));
      await new Promise((resolve) => setTimeout(resolve, 30));
      for (const key of expiryKeys()) {
        const record = JSON.parse((await test.redis.hget(key, sessionId))!) as string[];
        await test.redis.hset(key, sessionId, JSON.stringify([...record.slice(0, 4), String(deadline)]));
      }
      const overdue = (await test.sweeps.due()).overdue.filter((journey) => journey.sessionId === sessionId);
      expect(overdue).toEqual([{ sessionId, trainerId: 't' }]);
      const ends = await Promise.all(Array.from({ length: 8 }, () => test.store.expire(overdue[0]!)));
      expect(ends.filter((end) => end !== null)).toMatchObject([{ state: 'EXPIRED', endedAt: deadline }]);
      const events = await changes((partition) => test.keys.events(partition));
      expect(events.map(({ kind }) => kind)).toEqual(['STARTED', 'ENDED']);
      expect(await test.redis.exists(test.keys.location('t', sessionId))).toBe(0);
      expect((await test.sweeps.due()).overdue.filter((journey) => journey.sessionId === sessionId)).toEqual(
        [],
      );
    }
  });

  it('expires an overdue journey that a changed booking would have cancelled, because polls have returned EXPIRED already', async () => {
    await test.startJourney(sessionId, 't');
    const deadline = Date.now() - 10;
    await test.redis.hset(test.keys.active(sessionId), 'expiresAt', deadline);
    expect(await test.store.refresh(sessionId, null, await soon())).toMatchObject({
      kind: 'ENDED',
      journey: { state: 'EXPIRED', endedAt: deadline },
    });
    expect(await test.store.readSnapshot(sessionId)).toMatchObject({
      ended: { state: 'EXPIRED', version: 2 },
    });
  });

  describe('of an overdue journey whose key is gone too', () => {
    const HOUR_MS = 3_600_000;
    let deadline: number;
    /** As if no process had been there for an hour and more. */
    beforeEach(async () => {
      await test.startJourney(sessionId, 't');
      await send();
      const partition = partitionOf(sessionId);
      deadline = Date.now() - 200_000;
      await test.redis.del(test.keys.active(sessionId), test.keys.location('t', sessionId));
      for (const key of expiryKeys()) {
        const [id, trainerId, studentId] = JSON.parse((await test.redis.hget(key, sessionId))!) as string[];
        const record = [id, trainerId, studentId, String(deadline - HOUR_MS), String(deadline)];
        await test.redis.hset(key, sessionId, JSON.stringify(record));
      }
      await test.redis.zadd(test.keys.deadlines(partition), deadline, sessionId);
    });
    const expired = () => ({ state: 'EXPIRED', startedAt: deadline - HOUR_MS, endedAt: deadline });

    it('ends it before it starts another', async () => {
      const command = {
        journeyId: randomUUID(),
        clientRequestId: null,
        session: aSession({ id: sessionId, trainerId: 'next' }),
        readAt: Date.now(),
        startable: true,
      };
      expect(await test.store.start(command)).toMatchObject({ kind: 'OVERDUE', journey: { trainerId: 't' } });
      expect(await test.store.expire({ sessionId, trainerId: 't' })).toMatchObject(expired());
      expect(await test.store.start(command)).toMatchObject({ kind: 'STARTED' });
      const events = await changes((partition) => test.keys.events(partition));
      expect(events.map(({ kind, journey }) => [kind, journey.trainerId])).toEqual([
        ['STARTED', 't'],
        ['ENDED', 't'],
        ['STARTED', 'next'],
      ]);
    });

    it('reports to its trainer that it has ended, and to others that it is not theirs', async () => {
      const update = await send();
      expect(update).toMatchObject({ kind: 'ENDED', journey: expired() });
      const another = await test.store.update({ sessionId, trainerId: 'x', points: [here], sentAt: null });
      expect(another).toMatchObject({ kind: 'NOT_OWNER', participants: { trainerId: 't' } });
      expect(await test.store.finish({ sessionId, trainerId: 'x' }, 'STOPPED')).toEqual(another);
      // A stop that finds it overdue ends it at once, and returns the same.
      expect(await test.store.finish({ sessionId, trainerId: 't' }, 'STOPPED')).toEqual(update);
      expect(await send()).toEqual(update);
    });

    it('returns to polls the version that its end will have', async () => {
      const before = await test.store.readSnapshot(sessionId);
      expect(before).toMatchObject({ kind: 'INACTIVE', ended: expired() });
      expect((before as { ended: { version: number } }).ended.version).toBeGreaterThan(3);
      await test.store.expire({ sessionId, trainerId: 't' });
      expect(await test.store.readSnapshot(sessionId)).toMatchObject({
        ended: (before as { ended: object }).ended,
      });
    });
  });

  it('refuses a step that comes past its deadline, and changes nothing', async () => {
    const partition = partitionOf(sessionId);
    const { keys } = test;
    const late = Date.now() - 1000;
    const session = aSession({ id: sessionId, trainerId: 't' });
    const reply = await createScriptCallers().start.call(test.redis, [
      ...[keys.active(sessionId), keys.ended(sessionId), keys.meta(sessionId), keys.location('t', sessionId)],
      ...[keys.deadlines(partition), keys.events(partition), keys.records(partition), ...expiryKeys()],
      ...[keys.alerts(partition), keys.noShow(sessionId)],
      late,
      JSON.stringify({
        ...{
          journeyId: 'j',
          clientRequestId: '',
          sessionId,
          session: encodeSession(session),
          readAt: Date.now(),
          startable: true,
        },
        ...{ journeyTtlMs: 3_600_000, graceMs: 60_000, sessionMetaTtlMs: 3_600_000 },
        ...{ outboxMaxLength: 1000, eventsOn: true },
      }),
    ]);
    expect(reply).toMatchObject(['PAST_DEADLINE', expect.any(String)]);
    expect(await test.redis.exists(keys.active(sessionId), keys.meta(sessionId))).toBe(0);
    expect(await changes((name) => keys.events(name))).toEqual([]);
  });

  it.each(['before', 'after'])(
    'keeps an arrival final, the durable record lagging, when the session is forgotten %s it',
    async (when) => {
      const session = aSession({ id: sessionId, trainerId: 't' });
      await test.startJourney(sessionId, 't');
      await send();
      if (when === 'before') await test.invalidateSession(sessionId);
      await test.store.finish({ sessionId, trainerId: 't' }, 'ARRIVED_WITH_FIX');
      if (when === 'after') await test.invalidateSession(sessionId);
      await test.redis.del(test.keys.ended(sessionId));

      const arrived = { state: 'ARRIVED', version: 3, trainerId: 't', studentId: 'student-1' };
      const stale = { session: null, lastJourney: arrived, checkedAt: 0 };
      expect(await test.store.readSnapshot(sessionId)).toMatchObject({ kind: 'INACTIVE', cached: stale });
      const again = {
        journeyId: randomUUID(),
        clientRequestId: null,
        session,
        readAt: await soon(),
        startable: true,
      };
      expect(await test.store.start(again)).toEqual({ kind: 'NOT_STARTABLE' });
      await test.store.cacheSession(sessionId, { session, lastJourney: null }, await soon());
      expect(await test.store.readSnapshot(sessionId)).toMatchObject({
        cached: { session, lastJourney: arrived },
      });
    },
  );

  it.each(['forgotten', 'cancelled'])(
    'brings back no session that was read before it was %s, and one that was read after',
    async (how) => {
      const record = { session: aSession({ id: sessionId, trainerId: 't' }), lastJourney: null };
      await test.startJourney(sessionId, 't');
      const before = await soon();
      await (how === 'forgotten'
        ? test.invalidateSession(sessionId)
        : test.store.refresh(sessionId, null, before));
      const after = await soon();
      const cached = async () => (await test.store.readSnapshot(sessionId, true)).cached?.session ?? null;

      await test.store.cacheSession(sessionId, record, before);
      expect(await cached()).toBeNull();
      await test.store.cacheSession(sessionId, record, after);
      expect(await cached()).toEqual(record.session);
      const late = { ...record, session: { ...record.session, trainerId: 'before' } };
      await test.store.cacheSession(sessionId, late, before);
      expect(await cached()).toEqual(record.session);
    },
  );

  it('replaces the cached start of a journey by the end from the durable record', async () => {
    const session = aSession({ id: sessionId, trainerId: 't' });
    const start = started('journey', session);
    await test.store.cacheSession(sessionId, { session, lastJourney: start.journey }, await soon());
    const { journey } = ended(start, 'ARRIVED');
    await test.store.cacheSession(sessionId, { session, lastJourney: journey }, await soon());
    expect(await test.store.readSnapshot(sessionId)).toMatchObject({ cached: { lastJourney: journey } });
  });

  it('does not let a database that lags behind overwrite how the last journey ended', async () => {
    await test.startJourney(sessionId, 't');
    await test.store.finish({ sessionId, trainerId: 't' }, 'STOPPED');
    await test.redis.del(test.keys.ended(sessionId));
    const session = aSession({ id: sessionId, trainerId: 't' });
    await test.store.cacheSession(sessionId, { session, lastJourney: null }, await soon());
    expect(await test.store.readSnapshot(sessionId)).toMatchObject({
      cached: { lastJourney: { state: 'STOPPED', version: 2 } },
    });
    await test.store.cacheSession(sessionId, null, await soon());
    expect(await test.redis.pttl(test.keys.meta(sessionId))).toBeLessThanOrEqual(60_000);
  });
});
