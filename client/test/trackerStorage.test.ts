import { describe, expect, test } from 'vitest';

import { FailureError, failure } from '../src/connection/failure.js';
import { JourneyTracker, memoryStorage, type JourneyTransport, type KeyValueStorage } from '../src/index.js';
import { ManualClock } from './support/ManualClock.js';
import { TestPosition } from './support/phone.js';
import { startedJourney } from './support/startedJourney.js';

const offline = (): never => {
  throw new FailureError(failure('NETWORK', 'no network'));
};

/** A service that starts journeys and is out of reach then: an hour of that passes in a second here. */
const transport: JourneyTransport = {
  startJourney: () => Promise.resolve(startedJourney),
  updateLocations: async () => offline(),
  markArrived: async () => offline(),
  stopJourney: async () => offline(),
  liveLocation: async () => offline(),
};

/** Counts what is written. */
function countingStorage() {
  const storage = memoryStorage();
  const written = { times: 0, bytes: 0 };
  const counting: KeyValueStorage = {
    ...storage,
    setItem(key, value) {
      written.times += 1;
      written.bytes += value.length;
      return storage.setItem(key, value);
    },
  };
  return { storage: counting, written };
}

describe('an hour without network', () => {
  test('at two fixes a second in the foreground writes at most every five seconds', async () => {
    const clock = new ManualClock();
    const position = new TestPosition();
    const { storage, written } = countingStorage();
    const tracker = new JourneyTracker({
      sessionId: 'session-1',
      transport,
      position,
      storage,
      clock,
      random: () => 1,
    });
    tracker.open();
    const starting = tracker.start();
    await clock.pass(1000);
    expect(await starting).toMatchObject({ ok: true });
    const minutes = 59;
    for (let count = 0; count < minutes * 120; count += 1) {
      position.move({ latitude: 48 + count / 1e5, longitude: 11 }, clock.now());
      await clock.pass(500);
    }
    expect(tracker.getState()).toMatchObject({ phase: 'EN_ROUTE', sending: 'OFFLINE', droppedFixes: 0 });
    expect(tracker.getState().bufferedFixes).toBeGreaterThan(700);
    expect(written.times).toBeLessThanOrEqual(minutes * 12 + 10);
    expect(written.bytes).toBeLessThan(40e6);
    await clock.pass(2 * 60_000);
    // The deadline passed, and the service could not be asked.
    expect(tracker.getState()).toMatchObject({ phase: 'ENDED', outcome: 'EXPIRED' });
    expect(position.isWatched).toBe(false);
    tracker.close();
    expect(clock.pending).toBe(0);
  });
});
