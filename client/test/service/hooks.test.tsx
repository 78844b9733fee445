import '../support/dom.js';

import { Activity, StrictMode, type ReactNode } from 'react';
import { ApolloClient, InMemoryCache } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import {
  WatchLocationDocument,
  MarkArrivedDocument,
  StartJourneyDocument,
  StopJourneyDocument,
  UpdateLocationsDocument,
  memoryStorage,
  trackerFor,
  typePolicies,
  useActiveJourney,
  useJourneyTracker,
  useLiveLocation,
  useLiveLocationQuery,
  useLiveLocations,
  useSessionsQuery,
  useStartJourneyMutation,
  type UseLiveLocationOptions,
  type UseLiveLocationsOptions,
} from '../../src/index.js';
import { FaultyNetwork } from '../support/FaultyNetwork.js';
import { clientOf, northOf, pass, TestPosition, TestVisibility, until } from '../support/phone.js';
import { book, Service, token, type Booking } from '../support/Service.js';

/** The service's own settings, made short so that a test does not wait for minutes. */
const intervalMs = 100;
const settings = {
  UPDATE_INTERVAL_MS: '50',
  UPDATE_JITTER_MS: '50',
  POLL_INTERVAL_MS: String(intervalMs),
  POLL_NEAR_INTERVAL_MS: String(intervalMs),
  POLL_LOST_INTERVAL_MS: String(intervalMs),
  POLL_IDLE_INTERVAL_MS: String(intervalMs),
  SIGNAL_LIVE_MS: '2500',
  SIGNAL_DELAYED_MS: '4500',
  ENDED_TTL_SECONDS: '2',
};
const tuning = { signalLiveMs: 2500, signalDelayedMs: 4500 };

let service: Service;
let network: FaultyNetwork;
let booking: Booking;

beforeAll(async () => {
  service = await Service.start(settings);
});
beforeEach(async () => {
  network = await FaultyNetwork.to(service.graphqlUrl);
  booking = await book();
  return async () => {
    cleanup();
    await network.stop();
  };
});
afterAll(() => service?.stop());

/** The trainer, by a way of their own. */
const trainer = () => clientOf(service.graphqlUrl, booking.tokens.trainer);

async function start(): Promise<string> {
  const { data } = await trainer().mutate({
    mutation: StartJourneyDocument,
    variables: { sessionId: booking.id },
  });
  return data!.startJourney.id;
}

const stop = () => trainer().mutate({ mutation: StopJourneyDocument, variables: { sessionId: booking.id } });

/** As if the fix was taken `ageMs` ago. */
async function drive(meters: number, ageMs = 0): Promise<void> {
  const nowMs = Date.now();
  const capturedAt = new Date(nowMs - ageMs).toISOString();
  await pass(60);
  await trainer().mutate({
    mutation: UpdateLocationsDocument,
    variables: {
      sessionId: booking.id,
      locations: [{ ...northOf(booking.home, meters), accuracy: 5, capturedAt }],
      sentAt: new Date(nowMs).toISOString(),
    },
  });
}

function watch(
  options: UseLiveLocationOptions = {},
  wrapper?: (props: { children: ReactNode }) => ReactNode,
) {
  const client = clientOf(network.url, booking.tokens.student);
  const { result, unmount } = renderHook(
    () => useLiveLocation(booking.id, { client, ...tuning, ...options }),
    {
      wrapper,
    },
  );
  return { unmount, get: () => result.current };
}

const polls = (): number => network.of('WatchLocation').length;
const meters = (latitude: number | undefined): number =>
  Math.round(((latitude ?? NaN) - booking.home.latitude) * 111_195);

describe('useLiveLocation', () => {
  test('shows the whole journey: before the start, active, ended, and then asks no more', async () => {
    const { get } = watch();
    expect(get()).toMatchObject({ connection: 'CONNECTING', liveLocation: null, freshness: null });
    await until('not started', () => get().liveLocation?.state === 'NOT_STARTED');
    expect(get()).toMatchObject({ connection: 'ONLINE', freshness: null, location: null, polling: 'ACTIVE' });

    const journeyId = await start();
    await until('active', () => get().liveLocation?.state === 'EN_ROUTE');
    expect(get()).toMatchObject({ signal: null, location: null, liveLocation: { journeyId } });
    await drive(140);
    await until('a location', () => get().location !== null);
    expect(get()).toMatchObject({ freshness: 'LIVE', signal: 'LIVE', liveLocation: { distanceMeters: 140 } });
    await drive(135);
    await until('it moved', () => meters(get().location?.latitude) === 135);

    const client = clientOf(service.graphqlUrl, booking.tokens.trainer);
    const { result } = renderHook(() =>
      useJourneyTracker(booking.id, { client, storage: memoryStorage(), position: new TestPosition() }),
    );
    await until('the tracker took the journey up', () => result.current.phase === 'EN_ROUTE');
    await act(() => result.current.arrive());
    await until('arrived', () => get().liveLocation?.state === 'ARRIVED');
    expect(get()).toMatchObject({ polling: 'STOPPED', location: null, freshness: null, signal: null });
    const before = polls();
    await pass(8 * intervalMs);
    expect(polls()).toBe(before);
  });

  test('asks at the interval of the service, one request at a time', async () => {
    watch();
    network.fault = () => ({ delayMs: 30 });
    await until('some polls', () => polls() > 10);
    const times = network.of('WatchLocation').map(({ atMs }) => atMs);
    // The first may be asked twice: by its hash, and by its text.
    times
      .slice(2)
      .forEach((atMs, index) => expect(atMs - times[index + 1]!).toBeGreaterThanOrEqual(intervalMs - 2));
    expect(network.maxAtOnce).toBe(1);
  });

  test('asks nothing in the background, and again on return', async () => {
    const visibility = new TestVisibility();
    const { get } = watch({ visibility });
    await until('the first answer', () => get().liveLocation !== null);
    act(() => visibility.set(false));
    expect(get().polling).toBe('PAUSED');
    await pass(50); // whatever was in flight
    const before = polls();
    await pass(8 * intervalMs);
    expect(polls()).toBe(before);
    act(() => visibility.set(true));
    await until('a poll', () => polls() > before);
    expect(get().polling).toBe('ACTIVE');
  });

  test('begins without a poll when the app starts in the background', async () => {
    const visibility = new TestVisibility(false);
    watch({ visibility });
    await pass(4 * intervalMs);
    expect(polls()).toBe(0);
    act(() => visibility.set(true));
    await until('a poll', () => polls() > 0);
  });

  test('keeps the last location while the service is away, says so, and goes on by itself', async () => {
    const own = await Service.start(settings);
    const ownNetwork = await FaultyNetwork.to(own.graphqlUrl);
    try {
      await start();
      await drive(300);
      const client = clientOf(ownNetwork.url, booking.tokens.student);
      const { result } = renderHook(() => useLiveLocation(booking.id, { client, ...tuning }));
      await until('a location', () => result.current.location !== null);
      await own.kill();
      await until('offline', () => result.current.connection === 'OFFLINE');
      expect(result.current).toMatchObject({ freshness: 'OFFLINE', failure: { code: 'NETWORK' } });
      expect(meters(result.current.location?.latitude)).toBe(300);
      await until('the signal aged', () => result.current.signal === 'LOST');
      await own.startAgain();
      await drive(295);
      await until('back', () => result.current.connection === 'ONLINE');
      await until('it moved', () => meters(result.current.location?.latitude) === 295);
      expect(result.current).toMatchObject({ failure: null, freshness: result.current.signal });
    } finally {
      cleanup();
      await own.stop();
      await ownNetwork.stop();
    }
  });

  test('ages the signal by itself while an answer is awaited', async () => {
    await start();
    await drive(300);
    const { get } = watch();
    await until('live', () => get().signal === 'LIVE');
    network.fault = () => 'hang';
    await until('delayed', () => get().signal === 'DELAYED');
    expect(get()).toMatchObject({ connection: 'ONLINE', freshness: 'DELAYED' });
    await until('lost', () => get().signal === 'LOST');
    expect(meters(get().location?.latitude)).toBe(300);
  });

  test('never shows an older version after a newer one', async () => {
    await start();
    await drive(300);
    const { get } = watch();
    await until('a location', () => get().liveLocation?.version === 2);
    const older = await pollBody();
    await drive(290);
    await until('the newer one', () => get().liveLocation?.version === 3);
    // A process that lags behind answers what it knew.
    network.fault = ({ operation }) => (operation === 'WatchLocation' ? { body: older } : null);
    const before = polls();
    await until('some such answers', () => polls() > before + 3);
    expect(get()).toMatchObject({ liveLocation: { version: 3 }, connection: 'ONLINE', polling: 'ACTIVE' });
    expect(meters(get().location?.latitude)).toBe(290);
  });

  test('goes over to the next journey of the session, and not back', async () => {
    const first = await start();
    const { get } = watch();
    await until('the first', () => get().liveLocation?.journeyId === first);
    const older = await pollBody();
    await stop();
    await until('stopped', () => get().liveLocation?.state === 'STOPPED');
    expect(get().polling).toBe('ACTIVE');
    const second = await start();
    await until('the second', () => get().liveLocation?.journeyId === second);
    expect(get().liveLocation!.version).toBe(1);
    network.fault = () => ({ body: older });
    const before = polls();
    await until('some answers of the first', () => polls() > before + 3);
    expect(get().liveLocation!.journeyId).toBe(second);
  });

  test('gives the service the time that it asks for', async () => {
    const { get } = watch();
    await until('the first answer', () => get().liveLocation !== null);
    let refused = 0;
    network.fault = () => (refused++ === 0 ? 'gatewayPage' : null);
    await until('refused', () => get().failure !== null);
    const refusedAtMs = network.requests.at(-1)!.atMs;
    act(() => get().pollNow());
    await until('back', () => get().failure === null);
    expect(
      network.requests.find(({ atMs }) => atMs > refusedAtMs)!.atMs - refusedAtMs,
    ).toBeGreaterThanOrEqual(1000);
  });

  test('with a token that ran out says so, and goes on with a new one', async () => {
    let current = await token(booking.studentId, 'student', -60);
    const { get } = watch({ client: clientOf(network.url, () => current) });
    await until('refused', () => get().failure?.code === 'UNAUTHENTICATED');
    expect(get()).toMatchObject({ connection: 'ONLINE', polling: 'ACTIVE' });
    const before = polls();
    await pass(6 * intervalMs);
    expect(polls()).toBe(before);
    current = booking.tokens.student;
    act(() => get().pollNow());
    await until('an answer', () => get().liveLocation !== null);
    expect(get().failure).toBeNull();
  });

  test("of someone else's session is refused once and asks no more", async () => {
    const other = await book();
    const { get } = watch({ client: clientOf(network.url, other.tokens.student) });
    await until('refused', () => get().failure !== null);
    expect(get()).toMatchObject({ failure: { code: 'SESSION_NOT_FOUND', status: 404 }, polling: 'STOPPED' });
    const before = polls();
    await pass(6 * intervalMs);
    expect(polls()).toBe(before);
  });

  test('asks no more once it is unmounted, and only once at a time in StrictMode', async () => {
    const { unmount, get } = watch({}, StrictMode);
    await until('an answer', () => get().liveLocation !== null);
    await pass(6 * intervalMs);
    expect(polls()).toBeLessThan(12);
    unmount();
    await pass(50);
    const before = polls();
    await pass(6 * intervalMs);
    expect(polls()).toBe(before);
  });

  test('does not poll at each render of an app that makes its visibility anew each time', async () => {
    const client = clientOf(network.url, booking.tokens.student);
    const { result, rerender } = renderHook(() =>
      useLiveLocation(booking.id, { client, visibility: new TestVisibility() }),
    );
    await until('an answer', () => result.current.liveLocation !== null);
    const before = polls();
    for (let count = 0; count < 20; count += 1) rerender();
    await pass(20);
    expect(polls()).toBeLessThanOrEqual(before + 1);
  });

  test('without a session asks nothing', async () => {
    const client = clientOf(network.url, booking.tokens.student);
    renderHook(() => useLiveLocation(null, { client }));
    await pass(3 * intervalMs);
    expect(network.requests).toHaveLength(0);
  });

  /** What the service says now, as it goes over the wire. */
  async function pollBody(): Promise<string> {
    const student = clientOf(service.graphqlUrl, booking.tokens.student);
    const variables = { sessionId: booking.id };
    const { data } = await student.query({
      query: WatchLocationDocument,
      variables,
      fetchPolicy: 'no-cache',
    });
    return JSON.stringify({ data });
  }
});

describe('useLiveLocations', () => {
  const watchAll = async (sessionIds: readonly string[], options: UseLiveLocationsOptions = {}) => {
    const client = clientOf(network.url, await token('operator-1', 'operator'));
    const { result, rerender } = renderHook(
      ({ ids }) => useLiveLocations(ids, { client, roundMs: intervalMs, ...tuning, ...options }),
      { initialProps: { ids: sessionIds } },
    );
    return {
      get: () => result.current,
      give: (ids: readonly string[]) => rerender({ ids }),
      state: (id: string) => result.current.sessions.get(id)?.liveLocation?.state,
    };
  };
  const rounds = () => network.of('LiveLocations').filter(({ answer }) => !answer.includes('PersistedQuery'));
  const asked = () => new Set(rounds().flatMap(({ variables }) => variables['sessionIds'] as string[]));

  test('asks about all in one request, and not any more about those that are over', async () => {
    const over = await book({ status: 'CANCELLED' });
    await start();
    await drive(140);
    const { get, state } = await watchAll([over.id, booking.id]);
    await until('both', () => get().sessions.size === 2);
    expect([...get().sessions.keys()]).toEqual([over.id, booking.id]);
    expect([state(over.id), state(booking.id)]).toEqual(['NOT_STARTED', 'EN_ROUTE']);
    expect(get().sessions.get(booking.id)).toMatchObject({ signal: 'LIVE', locationAge: {} });
    expect(rounds()[0]!.variables['sessionIds']).toEqual([over.id, booking.id]);
    await until('some rounds', () => rounds().length > 3);
    expect(rounds().at(-1)!.variables['sessionIds']).toEqual([booking.id]);
    expect(network.maxAtOnce).toBe(1);

    const client = clientOf(service.graphqlUrl, booking.tokens.trainer);
    await client.mutate({ mutation: MarkArrivedDocument, variables: { sessionId: booking.id } });
    await until('arrived', () => state(booking.id) === 'ARRIVED');
    expect(get().polling).toBe('STOPPED');
    const before = network.requests.length;
    await pass(6 * intervalMs);
    expect(network.requests).toHaveLength(before);
  });

  test('takes up new sessions at once, also when all that it knew are over', async () => {
    const over = await book({ status: 'CANCELLED' });
    const { get, give, state } = await watchAll([over.id]);
    await until('stopped', () => get().polling === 'STOPPED');
    give([over.id, booking.id]);
    await until('the new one', () => state(booking.id) === 'NOT_STARTED');
    expect(state(over.id)).toBe('NOT_STARTED');
    expect(get().polling).toBe('ACTIVE');
  });

  test('of more than fifty asks in several requests', async () => {
    const many: string[] = [];
    for (let count = 0; count < 51; count += 1) many.push((await book()).id);
    const { get } = await watchAll(many);
    await until('all', () => get().sessions.size === 51);
    expect(asked().size).toBe(51);
    for (const { variables } of rounds())
      expect((variables['sessionIds'] as string[]).length).toBeLessThan(51);
  });

  test('keeps what it knew while nothing answers, older by itself, and goes on', async () => {
    await start();
    await drive(300);
    const { get } = await watchAll([booking.id], { requestTimeoutMs: 1500 });
    const seen = () => get().sessions.get(booking.id);
    await until('live', () => seen()?.signal === 'LIVE');
    network.fault = () => 'hang';
    await until('given up', () => get().failure?.code === 'TIMEOUT');
    expect(get().connection).toBe('OFFLINE');
    await until('lost', () => seen()?.signal === 'LOST');
    expect(meters(seen()?.location?.latitude)).toBe(300);
    network.fault = () => null;
    await drive(295);
    await until('back', () => meters(seen()?.location?.latitude) === 295);
    expect(get()).toMatchObject({ connection: 'ONLINE', failure: null });
  });

  test('of a session that is not the viewer’s is refused, and asks no more', async () => {
    const other = await book();
    const { get } = await watchAll([booking.id], {
      client: clientOf(network.url, other.tokens.student),
    });
    await until('refused', () => get().polling === 'STOPPED');
    expect(get().failure?.code).toBe('SESSION_NOT_FOUND');
    const before = network.requests.length;
    await pass(6 * intervalMs);
    expect(network.requests).toHaveLength(before);
  });
});

describe('useLiveLocations with a deleted session among three', () => {
  test('reports that one, and the others go on', async () => {
    const [other, journeyId] = [await book(), await start()];
    const client = clientOf(network.url, await token('operator-1', 'operator'));
    const { result } = renderHook(() =>
      useLiveLocations([booking.id, 'session-deleted', other.id], { client, roundMs: intervalMs, ...tuning }),
    );
    await until('the others', () => result.current.sessions.size === 2);
    expect(result.current).toMatchObject({ polling: 'ACTIVE', connection: 'ONLINE', failure: null });
    expect([...result.current.refused]).toMatchObject([['session-deleted', { code: 'SESSION_NOT_FOUND' }]]);
    expect(result.current.sessions.get(booking.id)!.liveLocation!.journeyId).toBe(journeyId);
    await drive(300);
    await until('it moves', () => result.current.sessions.get(booking.id)!.location !== null);
  });
});

describe('all hooks of polls', () => {
  test('are skipped alike, and polled alike', async () => {
    const client = clientOf(network.url, booking.tokens.student);
    const { result, rerender } = renderHook(
      ({ skip }) => ({
        one: useLiveLocation(booking.id, { client, skip }),
        many: useLiveLocations([booking.id], { client, skip }),
        none: useLiveLocations(null, { client }),
        found: useActiveJourney(null, { client, skip }),
      }),
      { initialProps: { skip: true } },
    );
    await pass(3 * intervalMs);
    expect(network.requests).toHaveLength(0);
    rerender({ skip: false });
    await until('answers', () => result.current.one.liveLocation !== null && !result.current.found.loading);
    await until('answers of many', () => result.current.many.sessions.size === 1);
    const { one, many, found, none } = result.current;
    expect([one, many, found].map(({ polling }) => polling)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
    expect(none.polling).toBe('STOPPED');
    const before = network.of('ActiveJourneys').length;
    act(() => found.pollNow());
    await until('asked at once', () => network.of('ActiveJourneys').length > before);
  });
});

describe('the cache of an app with the type policies', () => {
  test('appends the next page of its sessions', async () => {
    const student = await book();
    await book({ studentId: student.studentId, scheduledAt: Date.now() + 1_200_000 });
    const client = new ApolloClient({
      cache: new InMemoryCache({ typePolicies }),
      link: clientOf(service.graphqlUrl, student.tokens.student).link,
    });
    const { result } = renderHook(() => useSessionsQuery({ client, variables: { first: 1 } }));
    const ids = () => result.current.data?.sessions.edges.map(({ node }) => node.id) ?? [];
    await until('the first page', () => ids().length === 1);
    const { endCursor } = result.current.data!.sessions.pageInfo;
    await act(() => result.current.fetchMore({ variables: { after: endCursor } }));
    await until('both', () => ids().length === 2);
    expect(new Set(ids()).size).toBe(2);
    expect(ids()[0]).toBe(student.id);
  });
});

describe('useActiveJourney', () => {
  const find = (trainerId?: string) => {
    const client = clientOf(network.url, booking.tokens.student);
    const { result } = renderHook(() => useActiveJourney(trainerId, { client, pollIntervalMs: intervalMs }));
    return () => result.current;
  };

  test('finds the session for a screen that only knows the trainer, and loses it when it ends', async () => {
    const get = find(booking.trainerId);
    expect(get()).toMatchObject({ loading: true, journey: null });
    await until('an answer', () => !get().loading);
    expect(get()).toMatchObject({ journey: null, connection: 'ONLINE' });
    const id = await start();
    await until('found', () => get().journey?.id === id);
    expect(get().journey).toMatchObject({ sessionId: booking.id, trainerId: booking.trainerId });
    await stop();
    await until('lost', () => get().journey === null);
  });

  test('finds it after a restart of the app that knows nothing', async () => {
    const id = await start();
    const get = find();
    await until('found', () => get().journey?.id === id);
  });

  test('does not find the journey of another trainer', async () => {
    await start();
    const get = find('trainer-else');
    await until('an answer', () => !get().loading);
    expect(get().journeys).toEqual([]);
  });

  test('keeps what it found while the network is away, and says so', async () => {
    const id = await start();
    const get = find();
    await until('found', () => get().journey?.id === id);
    network.fault = () => 'cut';
    await until('offline', () => get().connection === 'OFFLINE');
    expect(get()).toMatchObject({ journey: { id }, loading: false });
  });
});

describe('useJourneyTracker', () => {
  test('drives a journey, in StrictMode too, and loses no fix while its screen is gone', async () => {
    const client = clientOf(network.url, booking.tokens.trainer);
    const storage = memoryStorage();
    const position = new TestPosition();
    const mount = () =>
      renderHook(() => useJourneyTracker(booking.id, { client, storage, position }), { wrapper: StrictMode });
    const first = mount();
    await until('ready', () => first.result.current.phase === 'READY');
    const phases: string[] = [];
    trackerFor({ sessionId: booking.id, client, storage, position }).subscribe(() =>
      phases.push(trackerFor({ sessionId: booking.id, client, storage, position }).getState().phase),
    );
    await act(async () => expect(await first.result.current.start()).toMatchObject({ ok: true }));
    expect(first.result.current.phase).toBe('EN_ROUTE');
    expect(new Set(phases)).toEqual(new Set(['STARTING', 'EN_ROUTE']));
    act(() => position.move(northOf(booking.home, 300)));
    await until('sent', () => first.result.current.distanceMeters === 300);
    const { journey } = first.result.current;
    first.unmount();
    expect(position.isWatched).toBe(true);
    await pass(60);
    position.move(northOf(booking.home, 298));
    await until('sent without a screen', () => network.of('UpdateLocations').length >= 2);

    const second = mount();
    await until('sent', () => second.result.current.distanceMeters === 298);
    expect(second.result.current).toMatchObject({ phase: 'EN_ROUTE', journey });
    expect(position.watchesBegun).toBe(1);
    await act(async () => expect(await second.result.current.stop()).toMatchObject({ ok: true }));
    expect(second.result.current).toMatchObject({ phase: 'ENDED', outcome: 'STOPPED' });
    expect(position.isWatched).toBe(false);
    expect(
      network.of('StartJourney').filter(({ variables }) => variables['clientRequestId']).length,
    ).toBeLessThan(3);
    expect(network.maxAtOnce).toBe(1);
  });

  test('begins one watch though the app makes its source of position anew at each render', async () => {
    const client = clientOf(network.url, booking.tokens.trainer);
    const storage = memoryStorage();
    const phone = new TestPosition();
    const { result, rerender } = renderHook(() =>
      useJourneyTracker(booking.id, {
        client,
        storage,
        position: { watch: (onFix, onProblem) => phone.watch(onFix, onProblem) },
      }),
    );
    await act(() => result.current.start());
    for (let count = 0; count < 20; count += 1) {
      act(() => phone.move(northOf(booking.home, 300 - count)));
      rerender();
    }
    expect(phone.watchesBegun).toBe(1);
  });

  test('goes on under a screen that covers it, as React hides one', async () => {
    const client = clientOf(network.url, booking.tokens.trainer);
    const storage = memoryStorage();
    const position = new TestPosition();
    let isCovered = false;
    const wrapper = ({ children }: { children: ReactNode }) => (
      <Activity mode={isCovered ? 'hidden' : 'visible'}>{children}</Activity>
    );
    const { result, rerender } = renderHook(
      () => useJourneyTracker(booking.id, { client, storage, position }),
      { wrapper },
    );
    await act(() => result.current.start());
    isCovered = true;
    rerender();
    expect(position.isWatched).toBe(true);
    position.move(northOf(booking.home, 300));
    await until('sent while covered', () => network.of('UpdateLocations').length > 0);
    isCovered = false;
    rerender();
    await until('seen again', () => result.current.distanceMeters === 300);
    expect(position.watchesBegun).toBe(1);
  });

  test('without a session, or skipped, asks nothing and refuses each action', async () => {
    const client = clientOf(network.url, booking.tokens.trainer);
    const options = { client, storage: memoryStorage(), position: new TestPosition() };
    const { result } = renderHook(() => ({
      without: useJourneyTracker(null, options),
      skipped: useJourneyTracker(booking.id, { ...options, skip: true }),
    }));
    await pass(3 * intervalMs);
    expect(network.requests).toHaveLength(0);
    for (const tracker of [result.current.without, result.current.skipped])
      expect(await tracker.start()).toMatchObject({ ok: false, failure: { code: 'CLOSED' } });
  });

  test('takes the source of position of the last render', async () => {
    const client = clientOf(network.url, booking.tokens.trainer);
    const storage = memoryStorage();
    const [phone, simulated] = [new TestPosition(), new TestPosition()];
    const { result, rerender } = renderHook(
      ({ position }) => useJourneyTracker(booking.id, { client, storage, position }),
      { initialProps: { position: phone } },
    );
    await act(() => result.current.start());
    rerender({ position: simulated });
    expect([phone.isWatched, simulated.isWatched]).toEqual([false, true]);
    act(() => simulated.move(northOf(booking.home, 250)));
    await until('sent', () => result.current.distanceMeters === 250);
  });
});

describe('in an app whose client hands errors over as answers', () => {
  // An app that sets these says so to Apollo Client's types too; here they stay as they are.
  const all = { errorPolicy: 'all' as never };
  const tolerant = (bearer: string) =>
    clientOf(network.url, bearer, { query: all, watchQuery: all, mutate: all });

  test('each hook still knows a refusal, and stops', async () => {
    const other = await book();
    const expired = await token(booking.trainerId, 'trainer', -60);
    const [student, trainer, nobody] = [
      tolerant(other.tokens.student),
      tolerant(other.tokens.trainer),
      tolerant(expired),
    ];
    const [storage, position] = [memoryStorage(), new TestPosition()];
    const { result } = renderHook(() => ({
      live: useLiveLocation(booking.id, { client: student }),
      active: useActiveJourney(null, { client: nobody, pollIntervalMs: intervalMs }),
      tracker: useJourneyTracker(booking.id, { client: trainer, storage, position }),
    }));
    await until('the poll is refused', () => result.current.live.polling === 'STOPPED');
    expect(result.current.live.failure?.code).toBe('SESSION_NOT_FOUND');
    await until('the search is refused', () => result.current.active.failure !== null);
    expect(result.current.active.failure?.code).toBe('UNAUTHENTICATED');
    await until('the tracker looked', () => result.current.tracker.phase === 'READY');
    expect(result.current.tracker.failure?.code).toBe('SESSION_NOT_FOUND');
    await act(async () =>
      expect(await result.current.tracker.start()).toMatchObject({
        ok: false,
        failure: { code: 'SESSION_NOT_FOUND' },
      }),
    );
  });
});

describe('the generated hooks', () => {
  test('ask and act with types, under an ApolloProvider', async () => {
    const wrapper = ({ children }: { children: ReactNode }) => (
      <ApolloProvider client={clientOf(network.url, booking.tokens.trainer)}>{children}</ApolloProvider>
    );
    const { result } = renderHook(
      () => ({
        poll: useLiveLocationQuery({ variables: { sessionId: booking.id }, fetchPolicy: 'network-only' }),
        start: useStartJourneyMutation(),
      }),
      { wrapper },
    );
    await until('an answer', () => result.current.poll.data?.liveLocation.state === 'NOT_STARTED');
    await act(async () => {
      const { data } = await result.current.start[0]({ variables: { sessionId: booking.id } });
      expect(data!.startJourney.state).toBe('EN_ROUTE');
    });
  });
});
