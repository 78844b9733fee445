import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import {
  JourneyTracker,
  WatchLocationDocument,
  StartJourneyDocument,
  StopJourneyDocument,
} from '../../src/index.js';
import { UpdateLocationDocument, apolloTransport, memoryStorage } from '../../src/index.js';
import type {
  Clock,
  JourneyTrackerOptions,
  KeyValueStorage,
  LiveLocation,
  TrackerState,
} from '../../src/index.js';
import { systemClock } from '../../src/connection/clock.js';
import { FaultyNetwork } from '../support/FaultyNetwork.js';
import { AndroidTimers } from '../support/AndroidTimers.js';
import { clientOf, isInPocket, northOf, pass, TestPosition, until } from '../support/phone.js';
import { book, Service, token, type Booking } from '../support/Service.js';

/** The service's own settings, made short so that a test does not wait for minutes. */
const intervalMs = 200;
const settings = {
  UPDATE_INTERVAL_MS: String(intervalMs),
  UPDATE_JITTER_MS: '100',
  UPDATE_IDLE_INTERVAL_MS: String(intervalMs),
  ENDED_TTL_SECONDS: '6',
  LOG_LEVEL: 'info',
};

let service: Service;
let network: FaultyNetwork;
let booking: Booking;
let storage: KeyValueStorage;
let position: TestPosition;
const open: JourneyTracker[] = [];

beforeAll(async () => {
  service = await Service.start(settings);
});
beforeEach(async () => {
  network = await FaultyNetwork.to(service.graphqlUrl);
  booking = await book();
  storage = memoryStorage();
  position = new TestPosition();
  return async () => {
    for (const tracker of open.splice(0)) tracker.close();
    await network.stop();
  };
});
afterAll(() => service?.stop());

/** The trainer's app, started: with the storage of the run before, unless another one is given. */
function app(options: Partial<JourneyTrackerOptions> & { token?: () => string } = {}): JourneyTracker {
  const androidTimers = new AndroidTimers(options.clock);
  const tracker = new JourneyTracker({
    sessionId: booking.id,
    transport: apolloTransport(clientOf(network.url, options.token ?? booking.tokens.trainer)),
    position,
    storage,
    fixSpacingMs: 1,
    random: () => 0,
    ...options,
    ...(isInPocket ? { clock: androidTimers } : {}),
  });
  tracker.open();
  if (isInPocket) {
    position.task = (fixes) => void androidTimers.task(() => tracker.deliver(fixes));
    // Something happens now and then, and no timer fires with it.
    const wakeUps = setInterval(() => void tracker.deliver([]), 10);
    const { close } = tracker;
    Object.assign(tracker, {
      close: () => {
        clearInterval(wakeUps);
        close();
      },
    });
  }
  open.push(tracker);
  return tracker;
}

async function started(options: Parameters<typeof app>[0] = {}): Promise<JourneyTracker> {
  const tracker = app(options);
  expect(await tracker.start()).toMatchObject({ ok: true });
  return tracker;
}

const sees = (tracker: JourneyTracker, what: Partial<TrackerState>): Promise<void> =>
  until(JSON.stringify(what), () =>
    Object.entries(what).every(([name, value]) => tracker.getState()[name as keyof TrackerState] === value),
  );

/** What the student's phone shows, by its own way to the service. */
async function poll(): Promise<LiveLocation> {
  const student = clientOf(service.graphqlUrl, booking.tokens.student);
  const variables = { sessionId: booking.id };
  const { data } = await student.query({ query: WatchLocationDocument, variables, fetchPolicy: 'no-cache' });
  return data!.liveLocation;
}

/** The trainer's other phone, by its own way. */
const otherPhone = () => clientOf(service.graphqlUrl, booking.tokens.trainer);

const offline = (): void => void (network.fault = () => 'cut');
const online = (): void => void (network.fault = () => null);
const place = (meters: number) => northOf(booking.home, meters);
const isStored = async (): Promise<boolean> =>
  (await storage.getItem(`journey-tracker:${booking.id}`)) !== null;

/** Fixes a fifth of a second apart, slowly towards home, as if taken in the last seconds. */
function driveSlowly(count: number, fromMeters = 500): void {
  const nowMs = Date.now();
  for (let index = 0; index < count; index += 1) {
    position.move(place(fromMeters - index / 10), nowMs - (count - index));
  }
}

describe('a journey', () => {
  test('is started, followed and arrived at, one request at a time, and leaves nothing on the phone', async () => {
    const tracker = await started();
    expect(tracker.getState().phase).toBe('EN_ROUTE');
    for (let step = 0; step < 5; step += 1) {
      position.move(place(130 - step));
      await pass(100);
    }
    await sees(tracker, { bufferedFixes: 0, canMarkArrived: true });
    expect(await poll()).toMatchObject({ state: 'EN_ROUTE', signal: 'LIVE' });
    position.here = { ...place(100), accuracy: 5 };
    expect(await tracker.arrive()).toMatchObject({ ok: true });
    expect(tracker.getState()).toMatchObject({ phase: 'ENDED', outcome: 'ARRIVED', failure: null });
    expect(await poll()).toMatchObject({ state: 'ARRIVED', location: null });
    expect(position.isWatched).toBe(false);
    expect(network.maxAtOnce).toBe(1);
    await pass(20);
    expect(await isStored()).toBe(false);
  });

  test('is sent at the interval of the service', async () => {
    await started();
    const driving = setInterval(() => position.move(place(500)), 20);
    await pass(1500);
    clearInterval(driving);
    // Not the service's ask for the text of a document that it does not know.
    const times = [
      ...new Set(network.of('UpdateLocations').map(({ variables }) => variables['sentAt'] as string)),
    ];
    expect(times.length).toBeGreaterThan(3);
    times.slice(1).forEach((time, index) => {
      expect(Date.parse(time) - Date.parse(times[index]!)).toBeGreaterThanOrEqual(intervalMs - 5);
    });
  });

  test('stays LIVE while the trainer stands still and the watch is silent', async () => {
    position.here = { ...place(400), accuracy: 5 };
    const tracker = await started();
    await until('three heartbeats', () => network.of('UpdateLocations').length >= 3);
    expect(tracker.getState().failure).toBeNull();
    expect(await poll()).toMatchObject({ signal: 'LIVE' });
  });

  test('goes right though the clock of the phone is an hour fast', async () => {
    const clock: Clock = { ...systemClock, now: () => Date.now() + 3_600_000 };
    const tracker = await started({ clock });
    position.move(place(120), clock.now());
    await sees(tracker, { bufferedFixes: 0 });
    expect(tracker.getState()).toMatchObject({ rejectedFixes: 0, canMarkArrived: true });
    const { location } = await poll();
    expect(Math.abs(Date.parse(location!.capturedAt) - Date.now())).toBeLessThan(5000);
    position.move(place(110), clock.now());
    expect(await tracker.arrive()).toMatchObject({ ok: true });
  });
});

describe('a start whose answer is lost', () => {
  test('is asked again as the same request, and is one journey', async () => {
    let lost = 0;
    network.fault = ({ operation }) => (operation === 'StartJourney' && lost++ < 2 ? 'loseAnswer' : null);
    const tracker = app();
    const result = await tracker.start();
    expect(result).toMatchObject({ ok: true, journey: { id: (await poll()).journeyId } });
    const ids = network.of('StartJourney').map(({ variables }) => variables['clientRequestId']);
    expect(ids.length).toBeGreaterThanOrEqual(3);
    expect(new Set(ids).size).toBe(1);
  });

  test('is reported after three retries, and pressed again is the same request', async () => {
    network.fault = ({ operation }) => (operation === 'StartJourney' ? 'loseAnswer' : null);
    const tracker = app();
    expect(await tracker.start()).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
    expect(network.of('StartJourney')).toHaveLength(4);
    expect(tracker.getState()).toMatchObject({ phase: 'READY', sending: 'OFFLINE' });
    online();
    expect(await tracker.start()).toMatchObject({ ok: true, journey: { id: (await poll()).journeyId } });
    expect(
      new Set(network.of('StartJourney').map(({ variables }) => variables['clientRequestId'])).size,
    ).toBe(1);
  });

  test('is found active when the app starts again', async () => {
    network.fault = ({ operation }) => (operation === 'StartJourney' ? 'loseAnswer' : null);
    const first = app();
    void first.start();
    await until('the start reached the service', () => network.of('StartJourney').length > 0);
    await until('the journey is active', () => first.getState().sending === 'OFFLINE');
    first.close();
    online();
    const second = app();
    await sees(second, { phase: 'EN_ROUTE' });
    expect(second.getState().journey!.id).toBe((await poll()).journeyId);
  });

  test('keeps its clientRequestId over a restart of the app without network', async () => {
    network.fault = ({ operation }) => (operation === 'StartJourney' ? 'loseAnswer' : null);
    const first = app();
    void first.start();
    await until('the service took the start', () => first.getState().sending === 'OFFLINE');
    first.close();
    offline();
    const second = app();
    await sees(second, { phase: 'READY' });
    online();
    expect(await second.start()).toMatchObject({ ok: true, journey: { id: (await poll()).journeyId } });
    expect(
      new Set(network.of('StartJourney').map(({ variables }) => variables['clientRequestId'])).size,
    ).toBe(1);
  });
});

describe('a start that is refused', () => {
  test('because another phone was first resumes that journey', async () => {
    const tracker = app();
    await sees(tracker, { phase: 'READY' });
    const { data } = await otherPhone().mutate({
      mutation: StartJourneyDocument,
      variables: { sessionId: booking.id, clientRequestId: 'other-phone' },
    });
    expect(await tracker.start()).toMatchObject({ ok: true, journey: { id: data!.startJourney.id } });
    expect(tracker.getState()).toMatchObject({ phase: 'EN_ROUTE', failure: null });
  });

  test('for good is reported, and the next press is another request', async () => {
    booking = await book({ status: 'CANCELLED' });
    const tracker = app();
    expect(await tracker.start()).toMatchObject({
      ok: false,
      failure: { code: 'SESSION_NOT_STARTABLE', status: 409 },
    });
    await tracker.start();
    const ids = network.of('StartJourney').map(({ variables }) => variables['clientRequestId']);
    expect(new Set(ids).size).toBe(2);
    expect(await isStored()).toBe(false);
  });
});

describe('in a tunnel', () => {
  test('fixes wait, and go as one batch with the time of sending once there is network', async () => {
    const tracker = await started();
    offline();
    driveSlowly(30);
    await sees(tracker, { sending: 'OFFLINE', bufferedFixes: 30 });
    const onlineAtMs = Date.now();
    online();
    await sees(tracker, { sending: 'ONLINE', bufferedFixes: 0 });
    const sent = network.of('UpdateLocations').at(-1)!;
    const captured = (sent.variables['locations'] as { capturedAt: string }[]).map(
      ({ capturedAt }) => capturedAt,
    );
    expect(captured).toHaveLength(30);
    expect(captured).toEqual([...captured].sort());
    const sentAtMs = Date.parse(sent.variables['sentAt'] as string);
    expect(sentAtMs).toBeGreaterThanOrEqual(onlineAtMs);
    expect(sentAtMs).toBeLessThanOrEqual(sent.atMs);
    expect(tracker.getState()).toMatchObject({ rejectedFixes: 0, droppedFixes: 0, failure: null });
  });

  test('each interval has four tries with growing waits, then the fixes wait for the next', async () => {
    await started();
    offline();
    position.move(place(500));
    await until('eight tries', () => network.of('UpdateLocations').length >= 8);
    const times = network.of('UpdateLocations').map(({ atMs }) => atMs);
    const waits = times.slice(1, 8).map((atMs, index) => atMs - times[index]!);
    // By a chance of 0: half a second, one, two; then the interval; then the same again.
    [500, 1000, 2000, intervalMs, 500, 1000, 2000].forEach((waitMs, index) => {
      expect(waits[index]).toBeGreaterThanOrEqual(waitMs - 10);
    });
    expect(waits[3]).toBeGreaterThanOrEqual(intervalMs);
    expect(network.maxAtOnce).toBe(1);
  });

  test('the app may be closed: the next run sends what the last one kept', async () => {
    const first = await started();
    offline();
    driveSlowly(20);
    await sees(first, { sending: 'OFFLINE' });
    await pass(20);
    first.close();
    online();
    const second = app();
    await sees(second, { phase: 'EN_ROUTE' });
    await sees(second, { bufferedFixes: 0, sending: 'ONLINE' });
    expect(network.of('UpdateLocations').at(-1)!.variables['locations']).toHaveLength(20);
    expect(second.getState().journey).toEqual(first.getState().journey);
  });

  test('of more than a hundred fixes the newest goes first, in one request with the way there', async () => {
    const tracker = await started();
    offline();
    driveSlowly(700);
    await sees(tracker, { sending: 'OFFLINE' });
    const before = network.of('UpdateLocations').length;
    const newest = tracker.getState().lastFix!;
    online();
    await sees(tracker, { bufferedFixes: 0 });
    const batches = network.of('UpdateLocations').slice(before);
    expect(batches).toHaveLength(1);
    const locations = batches[0]!.variables['locations'] as { latitude: number; capturedAt: string }[];
    expect(locations).toHaveLength(100);
    const captured = locations.map(({ capturedAt }) => Date.parse(capturedAt));
    expect(captured).toEqual([...captured].sort((a, b) => a - b));
    expect(captured.at(-1)).toBe(newest.capturedAtMs);
    // All of the silence is in it: the first half of the batch is from the first 650 fixes.
    expect(captured[0]).toBe(newest.capturedAtMs - 699);
    expect(newest.capturedAtMs - captured[50]!).toBe(49);
    expect((await poll()).location!.latitude).toBeCloseTo(newest.latitude, 6);
    expect(tracker.getState().rejectedFixes).toBe(0);
  });

  test('the buffer is bounded: the oldest fixes go, and it says how many', async () => {
    const tracker = await started({ maxBufferedFixes: 50 });
    offline();
    driveSlowly(60);
    await sees(tracker, { sending: 'OFFLINE' });
    expect(tracker.getState()).toMatchObject({ bufferedFixes: 50, droppedFixes: 10 });
  });

  test('an answer that is lost does no harm: the same fixes again move nothing', async () => {
    const tracker = await started();
    let lost = 0;
    network.fault = ({ operation }) => (operation === 'UpdateLocations' && lost++ < 1 ? 'loseAnswer' : null);
    position.move(place(500));
    await sees(tracker, { bufferedFixes: 0 });
    expect(tracker.getState()).toMatchObject({ rejectedFixes: 0, sending: 'ONLINE' });
    expect((await poll()).location!.latitude).toBeCloseTo(place(500).latitude, 6);
  });

  test('a request that hangs is given up, and only then is the next one sent', async () => {
    const tracker = await started({ requestTimeoutMs: 300 });
    let hung = 0;
    network.fault = ({ operation }) => (operation === 'UpdateLocations' && hung++ < 2 ? 'hang' : null);
    position.move(place(500));
    await sees(tracker, { sending: 'OFFLINE' });
    expect(tracker.getState().failure!.code).toBe('TIMEOUT');
    await sees(tracker, { bufferedFixes: 0, sending: 'ONLINE' });
    expect(network.maxAtOnce).toBe(1);
  });
});

describe('a service in trouble', () => {
  test('that is killed and started again misses no fix', async () => {
    const own = await Service.start(settings);
    const ownNetwork = await FaultyNetwork.to(own.graphqlUrl);
    try {
      const tracker = await started({
        transport: apolloTransport(clientOf(ownNetwork.url, booking.tokens.trainer)),
      });
      await own.kill();
      driveSlowly(10);
      await sees(tracker, { sending: 'OFFLINE', bufferedFixes: 10 });
      await own.startAgain();
      await sees(tracker, { sending: 'ONLINE', bufferedFixes: 0 });
      expect(tracker.getState().rejectedFixes).toBe(0);
    } finally {
      await own.stop();
      await ownNetwork.stop();
    }
  });

  test('behind a balancer that says 503 is given the time that it asks for', async () => {
    const tracker = await started();
    let refused = 0;
    network.fault = ({ operation }) =>
      operation === 'UpdateLocations' && refused++ < 1 ? 'gatewayPage' : null;
    position.move(place(500));
    await sees(tracker, { sending: 'OFFLINE' });
    expect(tracker.getState().failure).toMatchObject({ code: 'SERVER', status: 503, retryAfterMs: 1000 });
    await sees(tracker, { bufferedFixes: 0, sending: 'ONLINE' });
    const [first, second] = network.of('UpdateLocations');
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(1000);
  });

  test('that says 429 is given the time that it asks for, and the fix is sent then', async () => {
    const own = await Service.start({ ...settings, UPDATE_INTERVAL_MS: '2000' });
    const ownNetwork = await FaultyNetwork.to(own.graphqlUrl);
    try {
      const tracker = await started({
        transport: apolloTransport(clientOf(ownNetwork.url, booking.tokens.trainer)),
      });
      // The other phone of this trainer takes the turn.
      const variables = { sessionId: booking.id, location: place(500) };
      const other = clientOf(own.graphqlUrl, booking.tokens.trainer);
      await other.mutate({ mutation: UpdateLocationDocument, variables });
      position.move(place(499));
      await sees(tracker, { bufferedFixes: 0 });
      const asked = ownNetwork
        .of('UpdateLocations')
        .filter(({ answer }) => !answer.includes('PersistedQuery'));
      expect(asked).toHaveLength(2);
      const [refused, taken] = asked;
      const { errors } = JSON.parse(refused!.answer);
      expect(errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
      const { retryAfterMs } = errors[0].extensions;
      expect(retryAfterMs).toBeGreaterThan(1000);
      expect(taken!.atMs - refused!.atMs).toBeGreaterThanOrEqual(retryAfterMs);
      expect(tracker.getState()).toMatchObject({ rejectedFixes: 0, sending: 'ONLINE', failure: null });
    } finally {
      await own.stop();
      await ownNetwork.stop();
    }
  });
});

/** What happens every half minute happens every second. */
const thirtyTimesAsFast: Clock = {
  now: () => Date.now() * 30,
  monotonicNow: () => systemClock.monotonicNow() * 30,
  after: (delayMs, callback) => systemClock.after(delayMs / 30, callback),
};

describe('a journey that is over for the service', () => {
  test('410: the phone stops for good and says how it ended', async () => {
    const tracker = await started();
    await otherPhone().mutate({ mutation: StopJourneyDocument, variables: { sessionId: booking.id } });
    position.move(place(500));
    await sees(tracker, { phase: 'ENDED' });
    expect(tracker.getState()).toMatchObject({
      outcome: 'STOPPED',
      failure: { code: 'JOURNEY_ENDED', status: 410 },
    });
    await staysSilent();
  });

  test('404: the phone stops for good though the service no longer knows how it ended', async () => {
    const tracker = await started();
    await otherPhone().mutate({ mutation: StopJourneyDocument, variables: { sessionId: booking.id } });
    await pass(6300);
    position.move(place(500));
    await sees(tracker, { phase: 'ENDED' });
    expect(tracker.getState()).toMatchObject({
      outcome: 'UNKNOWN',
      failure: { code: 'JOURNEY_NOT_ACTIVE', status: 404 },
    });
    await staysSilent();
  });

  test('found out at the next start of the app', async () => {
    const first = await started();
    offline();
    driveSlowly(5);
    await sees(first, { sending: 'OFFLINE' });
    first.close();
    await otherPhone().mutate({ mutation: StopJourneyDocument, variables: { sessionId: booking.id } });
    online();
    const second = app();
    await sees(second, { phase: 'ENDED', outcome: 'STOPPED' });
    await staysSilent();
  });

  test('is noticed by a phone without a single fix too, which asks no faster than it needs to', async () => {
    const tracker = await started({ clock: thirtyTimesAsFast, requestTimeoutMs: 120_000 });
    position.fail('PERMISSION_DENIED');
    await otherPhone().mutate({ mutation: StopJourneyDocument, variables: { sessionId: booking.id } });
    const before = network.of('LiveLocation').length;
    await sees(tracker, { phase: 'ENDED', outcome: 'STOPPED' });
    // Once for the text too, which the service may not know by its hash.
    expect(network.of('LiveLocation').length - before).toBeLessThanOrEqual(2);
    await staysSilent();
  });

  test('is distinguished from an outage though there is nothing to send', async () => {
    const tracker = await started({ clock: thirtyTimesAsFast, requestTimeoutMs: 120_000 });
    offline();
    await sees(tracker, { sending: 'OFFLINE', phase: 'EN_ROUTE' });
    online();
    await sees(tracker, { sending: 'ONLINE', phase: 'EN_ROUTE', failure: null });
  });

  async function staysSilent(): Promise<void> {
    const before = network.requests.length;
    position.move(place(490));
    await pass(1000);
    expect(network.requests).toHaveLength(before);
    expect(position.isWatched).toBe(false);
    expect(await isStored()).toBe(false);
  }
});

describe('a fix that the service refuses', () => {
  test('is dropped, reported and not sent again, while the others of its batch go through', async () => {
    const tracker = await started();
    offline();
    const nowMs = Date.now();
    position.move(place(500), nowMs - 30);
    position.move(place(50_000), nowMs - 20);
    position.move(place(499), nowMs - 10);
    await sees(tracker, { sending: 'OFFLINE' });
    online();
    await sees(tracker, { bufferedFixes: 0 });
    expect(tracker.getState()).toMatchObject({
      rejectedFixes: 1,
      lastRejection: 'IMPLAUSIBLE_SPEED',
      sending: 'ONLINE',
    });
    expect((await poll()).location!.latitude).toBeCloseTo(place(499).latitude, 6);
    const before = network.of('UpdateLocations').length;
    await pass(3 * intervalMs);
    expect(network.of('UpdateLocations')).toHaveLength(before);
  });

  test('though it spoils its whole batch is found, and the others go through', async () => {
    const first = await started();
    first.close();
    const key = `journey-tracker:${booking.id}`;
    const record = JSON.parse((await storage.getItem(key))!);
    const capturedAtMs = Date.now();
    const fixes = Array.from({ length: 8 }, (_, index) => ({
      ...place(500 - index / 10),
      ...(index === 3 ? { latitude: 91 } : {}),
      accuracy: 5,
      // Far enough apart that no network's delay can swap two of them.
      capturedAtMs: capturedAtMs - 2000 + index * 200,
    }));
    await storage.setItem(key, JSON.stringify({ ...record, fixes }));
    const second = app();
    await sees(second, { phase: 'EN_ROUTE', rejectedFixes: 1, bufferedFixes: 0 });
    expect((await poll()).location!.latitude).toBeCloseTo(place(499.3).latitude, 6);
  });
});

describe('a token that ran out', () => {
  test('is reported, sending pauses, fixes wait, and a new one goes on where it was', async () => {
    const expired = await token(booking.trainerId, 'trainer', -60);
    let current = booking.tokens.trainer;
    const tracker = await started({ token: () => current });
    current = expired;
    position.move(place(500));
    await sees(tracker, { sending: 'UNAUTHENTICATED' });
    expect(tracker.getState()).toMatchObject({
      phase: 'EN_ROUTE',
      failure: { code: 'UNAUTHENTICATED', status: 401 },
    });
    const before = network.requests.length;
    position.move(place(499));
    position.move(place(498), Date.now() + 1);
    await pass(3 * intervalMs);
    expect(network.requests).toHaveLength(before);
    expect(tracker.getState().bufferedFixes).toBe(3);
    current = booking.tokens.trainer;
    tracker.retrySending();
    await sees(tracker, { sending: 'ONLINE', bufferedFixes: 0 });
    expect(tracker.getState().failure).toBeNull();
  });
});

describe('arriving', () => {
  test('too far away says how far, and the journey goes on', async () => {
    const tracker = await started();
    position.here = { ...place(400), accuracy: 5 };
    const result = await tracker.arrive();
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'ARRIVAL_TOO_FAR', extensions: { limitMeters: 150 } },
    });
    expect(tracker.getState()).toMatchObject({ phase: 'EN_ROUTE', distanceMeters: 400 });
    position.move(place(399));
    await sees(tracker, { bufferedFixes: 0, distanceMeters: 399 });
  });

  test('too far by a fresh fix overrules what the update before it allowed', async () => {
    const tracker = await started();
    position.move({ ...place(140), accuracy: 100 });
    await sees(tracker, { canMarkArrived: true, bufferedFixes: 0 });
    position.here = { ...place(330), accuracy: 100 };
    expect(await tracker.arrive()).toMatchObject({ ok: false, failure: { code: 'ARRIVAL_TOO_FAR' } });
    expect(tracker.getState()).toMatchObject({ phase: 'EN_ROUTE', canMarkArrived: false });
  });

  test('by a bad fix indoors falls back to the good one before the door', async () => {
    const tracker = await started();
    position.move(place(100));
    await sees(tracker, { bufferedFixes: 0 });
    position.here = { ...place(900), accuracy: 1500 };
    expect(await tracker.arrive()).toMatchObject({ ok: true });
    expect(tracker.getState().outcome).toBe('ARRIVED');
  });

  test('whose answer is lost is asked again and is one arrival', async () => {
    const tracker = await started();
    position.here = { ...place(100), accuracy: 5 };
    let lost = 0;
    network.fault = ({ operation }) => (operation === 'MarkArrived' && lost++ < 1 ? 'loseAnswer' : null);
    expect(await tracker.arrive()).toMatchObject({ ok: true });
    expect(network.of('MarkArrived').length).toBeGreaterThan(1);
    expect(tracker.getState().outcome).toBe('ARRIVED');
  });

  test('does not wait for the retries of an update that finds no network', async () => {
    const tracker = await started();
    network.fault = ({ operation }) => (operation === 'UpdateLocations' ? 'cut' : null);
    position.move(place(100));
    position.here = { ...place(100), accuracy: 5 };
    await sees(tracker, { sending: 'OFFLINE' });
    await pass(1700); // into the third wait, of two seconds
    const askedAtMs = Date.now();
    expect(await tracker.arrive()).toMatchObject({ ok: true });
    expect(Date.now() - askedAtMs).toBeLessThan(1500);
    expect(network.maxAtOnce).toBe(1);
  });
});

describe('stopping', () => {
  test('ends the journey for both', async () => {
    const tracker = await started();
    position.move(place(500));
    expect(await tracker.stop()).toMatchObject({ ok: true });
    expect(tracker.getState()).toMatchObject({ phase: 'ENDED', outcome: 'STOPPED' });
    expect((await poll()).state).toBe('STOPPED');
  });

  test('without network ends the watch at once, and is sent to the service when there is one', async () => {
    const tracker = await started();
    offline();
    position.move(place(500));
    const stopping = tracker.stop();
    await sees(tracker, { phase: 'STOPPING' });
    expect(position.isWatched).toBe(false);
    expect(tracker.getState().bufferedFixes).toBe(0);
    expect(await stopping).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
    online();
    await sees(tracker, { phase: 'ENDED', outcome: 'STOPPED' });
    expect((await poll()).state).toBe('STOPPED');
  });

  test('survives a restart of the app', async () => {
    const first = await started();
    offline();
    void first.stop();
    await sees(first, { phase: 'STOPPING', sending: 'OFFLINE' });
    first.close();
    online();
    const second = app();
    await sees(second, { phase: 'ENDED', outcome: 'STOPPED' });
    expect((await poll()).state).toBe('STOPPED');
  });

  test('while arriving has the last word only if the arrival fails', async () => {
    const tracker = await started();
    position.here = { ...place(100), accuracy: 5 };
    const [arrived, stopped] = await Promise.all([tracker.arrive(), tracker.stop()]);
    expect(tracker.getState().phase).toBe('ENDED');
    expect([arrived.ok, stopped.ok]).toContain(true);
    expect((await poll()).state).toBe(tracker.getState().outcome);
  });
});

describe('the phone', () => {
  test('whose storage fails goes on driving, and says so', async () => {
    const broken: KeyValueStorage = {
      getItem: () => null,
      setItem: () => Promise.reject(new Error('full')),
      removeItem: () => Promise.reject(new Error('full')),
    };
    const tracker = await started({ storage: broken });
    position.move(place(500));
    await sees(tracker, { bufferedFixes: 0, storageFailed: true });
    expect((await poll()).signal).toBe('LIVE');
  });

  test('that is refused its position says why, and watches again once it is granted', async () => {
    const tracker = await started();
    position.fail('PERMISSION_DENIED');
    await sees(tracker, { positionProblem: 'PERMISSION_DENIED' });
    tracker.retrySending();
    position.move(place(500));
    await sees(tracker, { positionProblem: null, bufferedFixes: 0 });
  });

  test('that has no geolocation at all says so and can still be stopped', async () => {
    const missing = (): never => {
      throw new TypeError('navigator.geolocation is undefined');
    };
    const tracker = await started({ position: { watch: missing, current: missing } });
    await sees(tracker, { phase: 'EN_ROUTE', positionProblem: 'POSITION_UNAVAILABLE' });
    expect(await tracker.stop()).toMatchObject({ ok: true });
  });

  test('takes another source of position in the middle of a journey', async () => {
    const tracker = await started();
    const simulated = new TestPosition();
    tracker.watchFrom(simulated);
    expect(position.isWatched).toBe(false);
    simulated.move(place(300));
    await sees(tracker, { bufferedFixes: 0 });
    expect((await poll()).location!.latitude).toBeCloseTo(place(300).latitude, 6);
  });

  test('keeps two sessions apart in one storage', async () => {
    const tracker = await started();
    const first = booking;
    booking = await book();
    const other = app();
    await sees(other, { phase: 'READY' });
    expect(tracker.getState().phase).toBe('EN_ROUTE');
    booking = first;
    expect(await isStored()).toBe(true);
  });
});
