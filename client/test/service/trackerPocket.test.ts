import { describe, expect, test, vi } from 'vitest';

import {
  activeSession,
  ageNow,
  apolloTransport,
  closeTrackers,
  memoryStorage,
  StartJourneyDocument,
  StopJourneyDocument,
  trackerFor,
  unseenReason,
  type Fix,
} from '../../src/index.js';
import { AndroidTimers } from '../support/AndroidTimers.js';
import { clientOf, isInPocket, pass, TestPosition, until } from '../support/phone.js';
import { token } from '../support/Service.js';
import {
  sees,
  SettableClock,
  thirtyTimesAsFast,
  timesAsFast,
  trackerWorld,
} from '../support/trackerWorld.js';

const minuteMs = 60_000;
/** The service's own settings, made short so that a test does not wait for minutes. */
const intervalMs = 200;
const world = trackerWorld({
  UPDATE_INTERVAL_MS: String(intervalMs),
  UPDATE_JITTER_MS: '100',
  UPDATE_IDLE_INTERVAL_MS: String(intervalMs),
  ENDED_TTL_SECONDS: '6',
});

const fixAt = (meters: number, capturedAtMs = Date.now()): Fix => ({
  ...world.place(meters),
  accuracy: 5,
  capturedAtMs,
});
const updates = () => world.network.of('UpdateLocations');
const sentTimes = () =>
  updates().flatMap(({ variables }) => variables['locations'] as { capturedAt: string }[]);

/** A clock on which no timer fires at all. */
const noTimers = () => new AndroidTimers();

describe('a background task', () => {
  test('brings 20 fixes to the service, at its interval, though no timer fires', async () => {
    const { tracker } = await world.started({ clock: noTimers() });
    for (let count = 0; count < 20; count += 1) {
      await tracker.deliver([fixAt(500 - count / 10)]);
      await pass(intervalMs / 4);
    }
    await pass(intervalMs);
    await tracker.deliver([fixAt(497)]);
    expect(tracker.getState()).toMatchObject({ sending: 'ONLINE', bufferedFixes: 0, rejectedFixes: 0 });
    expect(tracker.getState().distanceMeters).toBe(497);
    expect(sentTimes().length).toBeGreaterThanOrEqual(5);
    const times = [...new Set(updates().map(({ variables }) => Date.parse(variables['sentAt'] as string)))];
    times
      .slice(1)
      .forEach((time, index) => expect(time - times[index]!).toBeGreaterThanOrEqual(intervalMs - 5));
  });

  test('settles when its fixes were sent, and stores them before the request', async () => {
    const { tracker } = await world.started({ clock: noTimers() });
    const stored: string[] = [];
    world.network.fault = ({ operation }) => {
      if (operation === 'UpdateLocations')
        stored.push(world.storage.getItem(`journey-tracker:${world.booking.id}`) as string);
      return null;
    };
    await pass(intervalMs);
    await tracker.deliver([fixAt(500)]);
    expect(tracker.getState()).toMatchObject({ bufferedFixes: 0, distanceMeters: 500 });
    expect(stored[0]).toContain(`"latitude":${world.place(500).latitude}`);
  });

  test('settles when its fixes were put off, and the next one sends them', async () => {
    const { tracker } = await world.started({ clock: noTimers() });
    world.offline();
    await tracker.deliver([fixAt(500)]);
    expect(tracker.getState()).toMatchObject({ bufferedFixes: 1, sending: 'OFFLINE' });
    world.online();
    await pass(600);
    await tracker.deliver([fixAt(499)]);
    expect(tracker.getState()).toMatchObject({ bufferedFixes: 0, sending: 'ONLINE' });
  });

  test('gives up a request that hung when the app was frozen, and sends at once', async () => {
    const { tracker } = await world.started({ clock: noTimers(), requestTimeoutMs: 300 });
    let hung = 0;
    world.network.fault = ({ operation }) => (operation === 'UpdateLocations' && hung++ < 1 ? 'hang' : null);
    const frozen = tracker.deliver([fixAt(500)]);
    await pass(1000);
    await tracker.deliver([fixAt(499)]);
    await frozen;
    expect(tracker.getState()).toMatchObject({ bufferedFixes: 0, sending: 'ONLINE' });
    expect((await world.poll()).location!.latitude).toBeCloseTo(world.place(499).latitude, 6);
  });

  test('in a process that was woken without a screen goes on with the session that the storage names', async () => {
    const first = await world.started();
    const { journey } = first.tracker.getState();
    await until('it is stored', () => world.storage.getItem('journey-tracker.active') !== null);
    first.kill();

    const client = clientOf(world.network.url, world.booking.tokens.trainer);
    const active = await activeSession(world.storage);
    expect(active).toEqual({
      sessionId: world.booking.id,
      journeyId: journey!.id,
      expiresAt: journey!.expiresAt,
    });
    const { storage, position } = world;
    const woken = trackerFor({ sessionId: active!.sessionId, client, storage, position, clock: noTimers() });
    await pass(intervalMs);
    await woken.deliver([fixAt(444)]);
    expect(woken.getState()).toMatchObject({ phase: 'EN_ROUTE', journey, distanceMeters: 444 });
    expect(trackerFor({ sessionId: active!.sessionId, client, storage, position })).toBe(woken);
    await woken.stop();
    expect(await activeSession(storage)).toBeNull();
    closeTrackers(client);
  });

  test('of a session without a journey sends nothing', async () => {
    const { tracker } = world.app({ clock: noTimers() });
    await tracker.deliver([fixAt(500)]);
    expect(tracker.getState()).toMatchObject({ phase: 'READY', bufferedFixes: 0 });
    expect(updates()).toHaveLength(0);
  });
});

describe('a process that is killed', () => {
  test.each([
    ['StartJourney', { state: 'EN_ROUTE' }],
    ['UpdateLocations', { distanceMeters: 300 }],
    ['MarkArrived', { state: 'ARRIVED' }],
    ['StopJourney', { state: 'STOPPED' }],
  ] as const)(
    'while %s is in flight, whose answer nobody gets, ends at the same truth when it is woken',
    async (operation, applied) => {
      world.network.fault = (request) => (request.operation === operation ? 'loseAnswer' : null);
      const first = world.app();
      void first.tracker.start();
      if (operation !== 'StartJourney') {
        await sees(first, { phase: 'EN_ROUTE' });
        if (operation === 'UpdateLocations') await first.tracker.deliver([fixAt(300)]);
        world.position.here = { ...world.place(100), accuracy: 5 };
        if (operation === 'MarkArrived') void first.tracker.arrive();
        if (operation === 'StopJourney') void first.tracker.stop();
      }
      await vi.waitFor(async () => expect(await world.poll()).toMatchObject(applied), 20_000);
      first.kill();
      world.online();
      world.position.here = null;

      const second = world.app();
      if (operation === 'StartJourney' || operation === 'UpdateLocations') {
        await sees(second, { phase: 'EN_ROUTE', bufferedFixes: 0 });
        await second.tracker.deliver([fixAt(298)]);
        await until('the student sees it', () => second.tracker.getState().distanceMeters === 298);
        expect(second.tracker.getState().journey!.id).toBe((await world.poll()).journeyId);
      } else {
        await second.tracker.deliver([fixAt(99)]);
        const outcome = operation === 'MarkArrived' ? 'ARRIVED' : 'STOPPED';
        await sees(second, { phase: 'ENDED', outcome });
        expect((await world.poll()).state).toBe(outcome);
      }
    },
  );

  test('with a buffer in its pocket has lost none of it', async () => {
    const first = await world.started({ clock: noTimers() });
    world.offline();
    for (let count = 0; count < 5; count += 1)
      await first.tracker.deliver([fixAt(500 - count, Date.now() - 2000 + count * 400)]);
    // Nothing is flushed: what the tasks stored is all that there is.
    const copy = memoryStorage();
    for (const key of [`journey-tracker:${world.booking.id}`, 'journey-tracker.device'])
      await copy.setItem(key, (await world.storage.getItem(key))!);
    first.kill();
    world.online();
    const second = world.app({ storage: copy });
    await sees(second, { phase: 'EN_ROUTE', bufferedFixes: 0, sending: 'ONLINE' });
    await until('sent', () => updates().length > 0);
    expect(updates().at(-1)!.variables['locations']).toHaveLength(5);
  });
});

describe('a token', () => {
  const expired = () => token(world.booking.trainerId, 'trainer', -60);

  test('that expired is tried again by itself, as polls do, until it is accepted', async () => {
    // Not the link's own token: nothing says that it was renewed.
    const { tokens } = world.booking;
    let current = tokens.trainer;
    const transport = apolloTransport(clientOf(world.network.url, () => current));
    const app = await world.started({
      clock: thirtyTimesAsFast,
      requestTimeoutMs: 120_000,
      transport: { ...transport, hasNewToken: undefined },
    });
    current = await expired();
    void app.tracker.deliver([fixAt(500, Date.now() * 30)]);
    await sees(app, { sending: 'UNAUTHENTICATED', trackingProblem: 'SIGNED_OUT' });
    expect(unseenReason(app.tracker.getState())).toBe('SIGNED_OUT');
    const before = updates().length;
    await pass(500);
    expect(updates()).toHaveLength(before);
    current = tokens.trainer;
    await sees(app, { sending: 'ONLINE', bufferedFixes: 0, failure: null });
  });

  test('that is renewed is used at once, and by nobody asking for it', async () => {
    const { tokens } = world.booking;
    let current = tokens.trainer;
    const clock = timesAsFast(6);
    const app = await world.started({ clock, requestTimeoutMs: 120_000, token: () => current });
    current = await expired();
    void app.tracker.deliver([fixAt(500, clock.now())]);
    await sees(app, { sending: 'UNAUTHENTICATED' });
    current = tokens.trainer;
    const renewedAtMs = Date.now();
    await sees(app, { sending: 'ONLINE', bufferedFixes: 0 });
    // Five seconds, six times as fast; the next try would be after five.
    expect(Date.now() - renewedAtMs).toBeLessThan(4000);
  });

  test('that cannot be had is no lack of a network', async () => {
    const { tracker } = world.app({ token: () => Promise.reject(new Error('login is away')) });
    expect(await tracker.start()).toMatchObject({ ok: false, failure: { code: 'UNAUTHENTICATED' } });
    expect(tracker.getState()).toMatchObject({ phase: 'READY', sending: 'UNAUTHENTICATED' });
  });

  test('that expired settles each action with that failure, and each phase says so', async () => {
    let current = world.booking.tokens.trainer;
    const app = await world.started({ token: () => current });
    current = await expired();
    const refused = { ok: false, failure: { code: 'UNAUTHENTICATED', status: 401 } };
    expect(await app.tracker.arrive()).toMatchObject(refused);
    expect(app.tracker.getState()).toMatchObject({ phase: 'EN_ROUTE', sending: 'UNAUTHENTICATED' });
    expect(await app.tracker.stop()).toMatchObject(refused);
    expect(app.tracker.getState()).toMatchObject({ phase: 'STOPPING', sending: 'UNAUTHENTICATED' });
    const { sessionId, ...rest } = { sessionId: world.booking.id, storage: memoryStorage() };
    const other = world.app({ ...rest, sessionId, token: () => current });
    expect(await other.tracker.start()).toMatchObject(refused);
    expect(other.tracker.getState()).toMatchObject({ phase: 'READY', sending: 'UNAUTHENTICATED' });
    current = world.booking.tokens.trainer;
    await sees(app, { phase: 'ENDED', outcome: 'STOPPED' });
  });

  test('that stays refused does not keep the position watched beyond the journey’s end', async () => {
    let current = world.booking.tokens.trainer;
    const { position } = world;
    // An hour passes in a second.
    const rate = 3600;
    const clock = {
      now: () => Date.now() * rate,
      monotonicNow: () => performance.now() * rate,
      after: (delayMs: number, callback: () => void) => {
        const timer = setTimeout(callback, delayMs / rate);
        return () => clearTimeout(timer);
      },
    };
    const app = world.app({ token: () => current, clock, requestTimeoutMs: 10_000_000 });
    void app.tracker.start();
    await sees(app, { phase: 'EN_ROUTE' });
    current = await expired();
    expect(position.isWatched).toBe(true);
    await sees(app, { phase: 'ENDED', outcome: 'EXPIRED' });
    expect(position.isWatched).toBe(false);
    expect(await activeSession(world.storage)).toBeNull();
  });
});

describe('a wall clock', () => {
  test.each([-10, 10])(
    'that is set by %i min on the way stops no update and loses no fix',
    async (minutes) => {
      const clock = new SettableClock();
      const app = await world.started({ clock });
      world.offline();
      await app.tracker.deliver([fixAt(500, clock.now())]);
      await sees(app, { sending: 'OFFLINE', bufferedFixes: 1 });
      clock.set(minutes * minuteMs);
      await app.tracker.deliver([fixAt(499, clock.now())]);
      world.online();
      await sees(app, { sending: 'ONLINE', bufferedFixes: 0 });
      const sent = updates().at(-1)!.variables as { locations: { capturedAt: string }[]; sentAt: string };
      expect(sent.locations).toHaveLength(2);
      for (const { capturedAt } of sent.locations)
        expect(Date.parse(sent.sentAt) - Date.parse(capturedAt)).toBeLessThan(5000);
      expect(app.tracker.getState()).toMatchObject({ rejectedFixes: 0, lastRejection: null, signal: 'LIVE' });
      expect(ageNow(app.tracker.getState().acceptedFix!, clock)).toBeLessThan(5000);
      await pass(intervalMs);
      await app.tracker.deliver([fixAt(498, clock.now())]);
      await until('the next one', () => app.tracker.getState().distanceMeters === 498);
    },
  );

  test.each([-10, 10])(
    'that is set by %i min while a start, a stop or an arrival waits stops none',
    async (minutes) => {
      const clock = new SettableClock();
      world.offline();
      const app = world.app({ clock });
      await sees(app, { phase: 'READY' });
      const starting = app.tracker.start();
      await sees(app, { phase: 'STARTING', sending: 'OFFLINE' });
      clock.set(minutes * minuteMs);
      world.online();
      expect(await starting).toMatchObject({ ok: true });
      world.offline();
      world.position.here = { ...world.place(1000), accuracy: 5 };
      const arriving = app.tracker.arrive();
      await sees(app, { phase: 'ARRIVING', sending: 'OFFLINE' });
      clock.set(-minutes * minuteMs);
      world.online();
      expect(await arriving).toMatchObject({ ok: false, failure: { code: 'ARRIVAL_TOO_FAR' } });
      world.offline();
      void app.tracker.stop();
      await sees(app, { phase: 'STOPPING', sending: 'OFFLINE' });
      clock.set(minutes * minuteMs);
      world.online();
      await sees(app, { phase: 'ENDED', outcome: 'STOPPED' });
    },
  );

  test.each([-600, -70, 70, 90, 600])(
    'that is %i s ahead of the satellites’ time spoils no fix and no arrival',
    async (aheadSeconds) => {
      const clock = new SettableClock();
      clock.set(aheadSeconds * 1000);
      const app = await world.started({ clock });
      // The fixes carry true time, the phone's clock is wrong.
      await app.tracker.deliver([fixAt(130)]);
      await until('accepted', () => app.tracker.getState().signal === 'LIVE');
      expect(app.tracker.getState()).toMatchObject({ rejectedFixes: 0, canMarkArrived: true });
      const { location, signal } = await world.poll();
      expect(signal).toBe('LIVE');
      expect(Math.abs(Date.parse(location!.capturedAt) - Date.now())).toBeLessThan(3000);
      await pass(2 * intervalMs);
      await app.tracker.deliver([fixAt(120)]);
      await until('the second', () => app.tracker.getState().distanceMeters === 120);
      expect(app.tracker.getState().rejectedFixes).toBe(0);
      world.position.here = { ...world.place(100), accuracy: 5 };
      expect(await app.tracker.arrive()).toMatchObject({ ok: true });
    },
  );
});

describe('another device', () => {
  const start = async (): Promise<string> => {
    const { data } = await clientOf(world.network.url, world.booking.tokens.trainer).mutate({
      mutation: StartJourneyDocument,
      variables: { sessionId: world.booking.id },
    });
    return data!.startJourney.id;
  };

  test('that began the journey is not taken over unasked, and its end is seen', async () => {
    const id = await start();
    const app = world.app({ clock: thirtyTimesAsFast, requestTimeoutMs: 120_000 });
    await sees(app, { phase: 'EN_ROUTE', sending: 'TAKEN_OVER' });
    expect(app.tracker.getState().journey!.id).toBe(id);
    expect(unseenReason(app.tracker.getState())).toBe('OTHER_DEVICE');
    expect(world.position.isWatched).toBe(false);
    await app.tracker.deliver([fixAt(500)]);
    expect(updates()).toHaveLength(0);
    await clientOf(world.network.url, world.booking.tokens.trainer).mutate({
      mutation: StopJourneyDocument,
      variables: { sessionId: world.booking.id },
    });
    await sees(app, { phase: 'ENDED', outcome: 'STOPPED' });
  });

  test('that began the journey is followed by this one when the trainer says so', async () => {
    const id = await start();
    const app = world.app();
    await sees(app, { sending: 'TAKEN_OVER' });
    expect(await app.tracker.takeOver()).toMatchObject({ ok: true, journey: { id } });
    expect(world.position.isWatched).toBe(true);
    world.position.move(world.place(400));
    await until('sent', () => app.tracker.getState().distanceMeters === 400);
  });

  test('that takes the journey over makes this one stop, and the service accepts the fixes of one device alone', async () => {
    const first = await world.started();
    const second = world.app({ storage: memoryStorage() });
    await sees(second, { phase: 'EN_ROUTE', sending: 'TAKEN_OVER' });
    expect(await second.tracker.takeOver()).toMatchObject({ ok: true });
    await first.tracker.deliver([fixAt(300)]);
    await pass(2 * intervalMs);
    await first.tracker.deliver([fixAt(290)]);
    await sees(first, { sending: 'TAKEN_OVER' });
    expect(unseenReason(first.tracker.getState())).toBe('OTHER_DEVICE');
    await second.tracker.deliver([fixAt(200)]);
    await until('sent', () => second.tracker.getState().distanceMeters === 200);
    expect((await world.poll()).distanceMeters).toBe(200);
  });

  test('that started a new journey takes its place: the old id does not stay', async () => {
    const app = await world.started({ clock: thirtyTimesAsFast, requestTimeoutMs: 120_000 });
    const old = app.tracker.getState().journey!.id;
    const other = clientOf(world.network.url, world.booking.tokens.trainer);
    await other.mutate({ mutation: StopJourneyDocument, variables: { sessionId: world.booking.id } });
    const id = await start();
    expect(id).not.toBe(old);
    await sees(app, { sending: 'TAKEN_OVER' });
    expect(app.tracker.getState()).toMatchObject({ phase: 'EN_ROUTE', journey: { id } });
    expect(world.position.isWatched).toBe(false);
  });
});

describe('what the trainer reads', () => {
  /** What the service tells the student, by another way than the tracker's. */
  const studentSees = (problem: string | null) =>
    vi.waitFor(async () => expect((await world.poll()).trackingProblem).toBe(problem), 20_000);

  test('with an approximate location is not that the student sees them', async () => {
    const app = await world.started();
    for (let count = 0; count < 3; count += 1) {
      await app.tracker.deliver([{ ...fixAt(500 - count), accuracy: 3000 }]);
      await pass(intervalMs + 50);
    }
    await sees(app, {
      rejectedFixes: 3,
      lastRejection: 'INACCURATE',
      trackingProblem: 'PRECISE_LOCATION_OFF',
    });
    expect(app.tracker.getState()).toMatchObject({ signal: null, acceptedFix: null });
    expect(unseenReason(app.tracker.getState())).toBe('PRECISE_LOCATION_OFF');
    await studentSees('PRECISE_LOCATION_OFF');
    await app.tracker.deliver([fixAt(490)]);
    await sees(app, { signal: 'LIVE', trackingProblem: null, lastRejection: null });
    expect(unseenReason(app.tracker.getState())).toBeNull();
    await studentSees(null);
  });

  test('of a permission that was revoked reaches the student, also when the first report is lost', async () => {
    const app = await world.started();
    await app.tracker.deliver([fixAt(500)]);
    await sees(app, { signal: 'LIVE' });
    world.network.fault = ({ operation }) => (operation === 'ReportTrackingProblem' ? 'cut' : null);
    world.position.fail('PERMISSION_DENIED');
    await sees(app, { trackingProblem: 'PERMISSION_DENIED' });
    await until('a report', () => world.network.of('ReportTrackingProblem').length === 1);
    expect((await world.poll()).trackingProblem).toBeNull();
    world.network.fault = () => null;
    // The phone finds another reason, and reports that one at once.
    world.position.fail('LOCATION_OFF');
    await studentSees('LOCATION_OFF');
    expect(world.network.of('ReportTrackingProblem').at(-1)!.variables).toMatchObject({
      problem: 'LOCATION_OFF',
      deviceId: expect.stringMatching(/^.{8,64}$/),
    });
    // Nothing new: nothing is reported again.
    const before = world.network.of('ReportTrackingProblem').length;
    await pass(3 * intervalMs);
    expect(world.network.of('ReportTrackingProblem')).toHaveLength(before);
    await app.tracker.deliver([fixAt(480)]);
    await studentSees(null);
  });

  test('standing still without a fix is that the position is lost, after a minute, and one question to the phone', async () => {
    let asked = 0;
    const silent = {
      watch: () => () => undefined,
      current: () => {
        asked += 1;
        return new Promise<Fix>(() => undefined);
      },
    };
    const app = await world.started({
      clock: thirtyTimesAsFast,
      requestTimeoutMs: 120_000,
      position: silent,
    });
    await sees(app, { trackingProblem: 'NO_POSITION' });
    expect(unseenReason(app.tracker.getState())).toBe('NO_POSITION');
    // In a minute and a half of the phone's, with a heartbeat every 0.2 s.
    expect(asked).toBeLessThanOrEqual(2);
  });

  test('ages with the last fix that the service accepted', async () => {
    const app = await world.started({ clock: thirtyTimesAsFast, requestTimeoutMs: 120_000 });
    await app.tracker.deliver([fixAt(500, Date.now() * 30)]);
    await sees(app, { signal: 'LIVE' });
    await sees(app, { signal: 'DELAYED' });
    await sees(app, { signal: 'LOST' });
    expect(ageNow(app.tracker.getState().acceptedFix!, thirtyTimesAsFast)).toBeGreaterThan(minuteMs);
  });

  test('of a mocked position is that it is mocked', async () => {
    const app = await world.started();
    await app.tracker.deliver([{ ...fixAt(500), mocked: true }]);
    expect(app.tracker.getState().trackingProblem).toBe('MOCKED_LOCATION');
  });
});

describe('a watch', () => {
  test('that failed is begun again by itself, ever later, and one that works never', async () => {
    const { position } = world;
    const app = await world.started({ clock: thirtyTimesAsFast, requestTimeoutMs: 120_000 });
    position.fail('POSITION_UNAVAILABLE');
    await until('begun again', () => position.watchesBegun === 2);
    position.fail('PERMISSION_DENIED');
    await until('and again', () => position.watchesBegun === 3);
    await app.tracker.deliver([fixAt(500, Date.now() * 30)]);
    expect(app.tracker.getState()).toMatchObject({ positionProblem: null, trackingProblem: null });
    app.tracker.restartWatch();
    app.tracker.retrySending();
    await pass(500);
    expect(position.watchesBegun).toBe(3);
    position.fail('PERMISSION_DENIED');
    app.tracker.restartWatch();
    expect(position.watchesBegun).toBe(4);
  });

  test('of a source with the same name goes on when the app makes the source anew', async () => {
    const app = await world.started();
    const { position } = world;
    app.tracker.watchFrom({
      id: position.id,
      watch: (onFix, onProblem) => position.watch(onFix, onProblem),
    });
    expect(position.watchesBegun).toBe(1);
    const other = new TestPosition();
    app.tracker.watchFrom(other);
    expect([position.isWatched, other.isWatched]).toEqual([false, true]);
  });
});

test('the phases of a start have no detour', async () => {
  const app = world.app();
  await sees(app, { phase: 'READY' });
  const phases: string[] = [];
  app.tracker.subscribe(() => phases.push(app.tracker.getState().phase));
  await app.tracker.start();
  expect([...new Set(phases)]).toEqual(['STARTING', 'EN_ROUTE']);
});

test.runIf(isInPocket)('the pocket has no timers', async () => {
  const clock = new AndroidTimers();
  let fired = 0;
  clock.after(0, () => (fired += 1));
  await pass(50);
  expect(fired).toBe(0);
  await clock.task(() => pass(10));
  expect(fired).toBe(1);
});
