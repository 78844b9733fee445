import { expect } from 'vitest';

import { FailureError, failure } from '../../src/connection/failure.js';
import {
  JourneyTracker,
  memoryStorage,
  type Fix,
  type JourneyTrackerOptions,
  type JourneyTransport,
} from '../../src/index.js';
import { liveLocation } from './liveLocation.js';
import { ManualClock, settle } from './ManualClock.js';
import { TestPosition } from './phone.js';
import { startedJourney } from './startedJourney.js';

/** Rejects as a request of the service does. */
export const fails = (code: Parameters<typeof failure>[0]) => () =>
  Promise.reject(new FailureError(failure(code, 'as the test wants')));

/** A trainer's phone whose service, storage and position are faulty in the way that the test wants. */
export async function driving(
  faults: Partial<JourneyTransport> = {},
  options: Partial<JourneyTrackerOptions> = {},
) {
  const clock = new ManualClock();
  const position = new TestPosition();
  const sent: number[] = [];
  let isStarted = false;
  const transport: JourneyTransport = {
    startJourney: () => Promise.resolve(startedJourney),
    updateLocations: ({ locations }) => {
      sent.push(locations.length);
      return Promise.resolve({
        __typename: 'LocationsUpdate',
        results: locations.map((_, index) => ({ index, status: 'ACCEPTED', rejection: null })),
        nextUpdateMs: 5000,
        distanceMeters: 500,
        canMarkArrived: false,
      } as unknown as Awaited<ReturnType<JourneyTransport['updateLocations']>>);
    },
    markArrived: () => Promise.resolve({ ...startedJourney, state: 'ARRIVED' }),
    stopJourney: () => Promise.resolve({ ...startedJourney, state: 'STOPPED' }),
    liveLocation: () => (isStarted ? Promise.resolve(liveLocation()) : fails('NETWORK')()),
    ...faults,
  };
  const tracker = new JourneyTracker({
    sessionId: 'session-1',
    transport,
    position,
    storage: memoryStorage(),
    clock,
    random: () => 0,
    ...options,
  });
  tracker.open();
  await settle();
  const starting = tracker.start();
  await clock.pass(100);
  expect(await starting).toMatchObject({ ok: true });
  isStarted = true;
  const fix = (): Fix => ({ latitude: 48, longitude: 11, accuracy: 5, capturedAtMs: clock.now() });
  return { clock, position, sent, tracker, transport, fix };
}
