import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { partitionOf } from '../../src/redis/keys';
import { aSession } from '../support/sessions';
import { TestStore } from '../support/store';

const HOUR_MS = 3_600_000;

/** What a process of the release before wrote: it called the expiry record `journey:filed`, and knows no other name. */
class FormerProcess {
  constructor(
    private readonly test: TestStore,
    private readonly sessionId: string,
  ) {}

  private get partition(): string {
    return partitionOf(this.sessionId);
  }

  async start(journeyId: string, startedAt: number): Promise<void> {
    const { redis, keys } = this.test;
    const { sessionId, partition } = this;
    const [started, expires] = [String(startedAt), String(startedAt + HOUR_MS)];
    const home = { homeLatitude: '52.52', homeLongitude: '13.405' };
    const participants = { trainerId: 't', studentId: 'student-1' };
    await redis.hset(keys.active(sessionId), {
      clientRequestId: '',
      id: journeyId,
      ...participants,
      startedAt: started,
      expiresAt: expires,
      version: '1',
      ...home,
    });
    await redis.pexpireat(keys.active(sessionId), Number(expires) + 60_000);
    await redis.hset(keys.meta(sessionId), {
      checkedAt: started,
      ...participants,
      status: 'CONFIRMED',
      scheduledAt: started,
      ...home,
    });
    await redis.zadd(keys.deadlines(partition), expires, sessionId);
    await redis.hset(
      keys.formerExpiry(partition),
      sessionId,
      JSON.stringify([journeyId, participants.trainerId, participants.studentId, started, expires]),
    );
  }

  async update(capturedAt: number): Promise<void> {
    const { redis, keys } = this.test;
    await redis.hincrby(keys.active(this.sessionId), 'version', 1);
    await redis.del(keys.location('t', this.sessionId));
    await redis.hset(keys.location('t', this.sessionId), {
      ...{ latitude: '52.53', longitude: '13.405', accuracy: '8', speed: '9.5' },
      ...{ capturedAt: String(capturedAt), receivedAt: String(capturedAt + 200) },
      ...{ stillSince: String(capturedAt), stillLatitude: '52.5300000', stillLongitude: '13.4050000' },
    });
  }

  /** The fields of a location that its update and its polls read, each as a number. */
  async location(): Promise<number[]> {
    const { redis, keys } = this.test;
    const fields = ['latitude', 'longitude', 'capturedAt', 'accuracy', 'receivedAt', 'stillSince'];
    const values = await redis.hmget(
      keys.location('t', this.sessionId),
      ...[...fields, 'stillLatitude', 'stillLongitude'],
    );
    return values.map(Number);
  }

  async end(): Promise<void> {
    const { redis, keys } = this.test;
    await redis.del(keys.active(this.sessionId), keys.location('t', this.sessionId));
    await redis.hdel(keys.formerExpiry(this.partition), this.sessionId);
    await redis.zrem(keys.deadlines(this.partition), this.sessionId);
  }

  /** The trainer whom its watchdog finds with an overdue journey, and what its end will say. */
  async expiryRecord(): Promise<string[] | null> {
    const record = await this.test.redis.hget(this.test.keys.formerExpiry(this.partition), this.sessionId);
    return record === null ? null : (JSON.parse(record) as string[]);
  }
}

describe('During a rolling release', () => {
  let test: TestStore;
  let sessionId: string;
  let former: FormerProcess;
  beforeAll(async () => {
    test = await TestStore.open();
  });
  afterAll(() => test.close());
  beforeEach(() => {
    sessionId = `s-${randomUUID()}`;
    former = new FormerProcess(test, sessionId);
  });

  const start = () =>
    test.store.start({
      journeyId: randomUUID(),
      clientRequestId: null,
      session: aSession({ id: sessionId, trainerId: 't' }),
      readAt: Date.now(),
      startable: true,
    });
  const point = {
    latitude: 52.5301,
    longitude: 13.405,
    accuracy: 8,
    heading: 10,
    speed: 9,
    capturedAt: null,
  };
  const isOverdue = async () =>
    (await test.sweeps.due()).overdue.filter((journey) => journey.sessionId === sessionId);

  it('a journey that a former process started and updated goes on, and ends', async () => {
    const now = Date.now();
    await former.start('j', now - 60_000);
    await former.update(now - 30_000);
    expect(await test.store.readSnapshot(sessionId, true)).toMatchObject({
      kind: 'ACTIVE',
      journey: { id: 'j', trainerId: 't', version: 2 },
      home: { latitude: 52.52, longitude: 13.405 },
      fix: { latitude: 52.53, accuracy: 8, heading: null, speed: 9.5, capturedAt: now - 30_000 },
      cached: { session: { studentId: 'student-1', status: 'CONFIRMED' }, lastJourney: null },
    });
    expect(await start()).toMatchObject({ kind: 'ALREADY_STARTED', journey: { id: 'j' } });
    expect(
      await test.store.update({ sessionId, trainerId: 't', points: [point], sentAt: null }),
    ).toMatchObject({
      kind: 'APPLIED',
      version: 3,
      newest: { stillSince: now - 30_000 },
      verdicts: [{ status: 'ACCEPTED' }],
    });
    expect(await test.store.finish({ sessionId, trainerId: 't' }, 'STOPPED')).toMatchObject({
      kind: 'FINISHED',
      journey: { id: 'j', state: 'STOPPED', version: 4 },
    });
    expect(await former.expiryRecord()).toBeNull();
  });

  it('former and present processes update the same journey in turns, and neither trips over the fields of the other', async () => {
    const startedAt = await test.startJourney(sessionId, 't', { minutesAgo: 10 });
    const now = startedAt + 9 * 60_000;
    const update = async (fix: { latitude: number; capturedAt: number }) => {
      const points = [{ ...point, ...fix }];
      const outcome = await test.store.update({ sessionId, trainerId: 't', points, sentAt: null });
      return outcome.kind === 'APPLIED' ? outcome.verdicts[0]! : outcome;
    };
    expect(await update({ latitude: 52.5299, capturedAt: now })).toEqual({ status: 'ACCEPTED' });
    // 20 km away: rejected, and kept as evidence, which the former process does not know.
    const far = { latitude: 52.7, capturedAt: now + 5000 };
    expect(await update(far)).toMatchObject({ rejection: 'IMPLAUSIBLE_SPEED' });
    expect(await former.location()).toEqual([
      ...[52.5299, 13.405, now, 8, expect.any(Number), now],
      ...[52.5299, 13.405],
    ]);
    await former.update(now + 10_000);
    expect(await update({ ...far, capturedAt: now + 15_000 })).toMatchObject({ status: 'REJECTED' });
    expect(await update({ latitude: 52.5301, capturedAt: now + 20_000 })).toEqual({ status: 'ACCEPTED' });
    expect(await test.store.readSnapshot(sessionId)).toMatchObject({
      journey: { version: 4 },
      fix: { latitude: 52.5301, capturedAt: now + 20_000 },
    });
  });

  it('the events of a journey that a former process started never share an id with the end as that process numbers it', async () => {
    const now = Date.now();
    await former.start('j', now - 60_000);
    for (const latitude of [52.5201, 52.52011]) {
      await test.store.update({
        ...{ sessionId, trainerId: 't', sentAt: null },
        points: [{ ...point, latitude, capturedAt: null }],
      });
      // Two fixes of the same millisecond confirm no stage.
      await sleep(10);
    }
    await test.store.finish({ sessionId, trainerId: 't' }, 'STOPPED');
    const entries = await test.redis.xrange(test.keys.events(partitionOf(sessionId)), '-', '+');
    const own = entries
      .map(([, fields]) => fields)
      .filter((fields) => fields[fields.indexOf('journeyId') + 1] === 'j');
    const valueOf = (fields: string[], name: string) => fields[fields.indexOf(name) + 1];
    // A former process knows no kind ENDED_NUMBERED, so it leaves that entry to a process of this release.
    expect(own.map((fields) => [valueOf(fields, 'kind'), valueOf(fields, 'sequence')])).toEqual([
      ['STAGE_REACHED', '3'],
      ['ENDED_NUMBERED', '4'],
    ]);
  });

  it('a journey that a former process started expires on time, also when its key expired first', async () => {
    for (const keyHasExpired of [false, true]) {
      sessionId = `s-${randomUUID()}`;
      former = new FormerProcess(test, sessionId);
      const startedAt = Date.now() - HOUR_MS - 1000;
      await former.start('j', startedAt);
      if (keyHasExpired) await test.redis.del(test.keys.active(sessionId));
      const overdue = await isOverdue();
      expect(overdue).toEqual([{ sessionId, trainerId: 't' }]);
      expect(await test.store.expire(overdue[0]!)).toMatchObject({
        id: 'j',
        state: 'EXPIRED',
        endedAt: startedAt + HOUR_MS,
      });
      expect(await former.expiryRecord()).toBeNull();
      expect(await isOverdue()).toEqual([]);
    }
  });

  it('a former process finds what it needs to end a journey of this one', async () => {
    const outcome = await start();
    if (outcome.kind !== 'STARTED') throw new Error(`The journey did not start: ${outcome.kind}`);
    const { id, startedAt, expiresAt } = outcome.journey;
    expect(await former.expiryRecord()).toEqual([id, 't', 'student-1', String(startedAt), String(expiresAt)]);
  });

  it('the end by a former process is an end, whatever it leaves behind, and that goes with the next start', async () => {
    await start();
    await former.end();
    const key = test.keys.expiry(partitionOf(sessionId));
    const [id, trainerId, studentId] = JSON.parse((await test.redis.hget(key, sessionId))!) as string[];
    const deadline = Date.now() - 1000;
    const left = [id, trainerId, studentId, String(deadline - HOUR_MS), String(deadline)];
    await test.redis.hset(key, sessionId, JSON.stringify(left));
    expect(await test.store.readSnapshot(sessionId)).toMatchObject({ kind: 'INACTIVE', ended: null });
    expect(await test.store.refusal({ sessionId, trainerId: 't' })).toMatchObject({ kind: 'NOT_ACTIVE' });

    // A session of the same partition clears it away.
    const other = `${sessionId}-`;
    let next = 0;
    while (partitionOf(`${other}${next}`) !== partitionOf(sessionId)) next += 1;
    await test.startJourney(`${other}${next}`, 't');
    expect(await test.redis.hexists(key, sessionId)).toBe(0);
    expect(await start()).toMatchObject({ kind: 'STARTED' });
  });

  it('a journey that a former process started anew is not taken for the one before it', async () => {
    await start();
    await former.end();
    const startedAt = Date.now() - HOUR_MS - 1000;
    await former.start('next', startedAt);
    await test.redis.del(test.keys.active(sessionId));
    const [overdue] = await isOverdue();
    expect(await test.store.expire(overdue!)).toMatchObject({ id: 'next', endedAt: startedAt + HOUR_MS });
  });
});
