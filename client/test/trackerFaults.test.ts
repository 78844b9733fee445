import { describe, expect, test } from 'vitest';

import { memoryStorage, type Fix, type JourneyTransport } from '../src/index.js';
import { driving, fails } from './support/driving.js';
import { liveLocation } from './support/liveLocation.js';
import { TestPosition } from './support/phone.js';
import { startedJourney } from './support/startedJourney.js';

describe('an app that does not say whether it has a new token', () => {
  test.each([
    ['because that hangs', () => new Promise<boolean>(() => undefined)],
    ['because that fails', () => Promise.reject(new Error('the keychain is locked'))],
  ])('%s keeps no fix from being sent later, and no task from its end', async (_title, hasNewToken) => {
    let isRefused = true;
    const { clock, sent, tracker, transport, fix } = await driving({ hasNewToken });
    const { updateLocations } = transport;
    transport.updateLocations = (request, signal) =>
      isRefused ? fails('UNAUTHENTICATED')() : updateLocations(request, signal);
    await tracker.deliver([fix()]);
    expect(tracker.getState().sending).toBe('UNAUTHENTICATED');
    await clock.pass(10_000);
    isRefused = false;
    let isDone = false;
    void tracker.deliver([fix()]).then(() => (isDone = true));
    await clock.pass(60_000);
    expect(isDone).toBe(true);
    expect(tracker.getState()).toMatchObject({ sending: 'ONLINE', bufferedFixes: 0 });
    expect(sent.length).toBeGreaterThan(0);
    tracker.close();
  });

  test('keeps no stop from being sent later', async () => {
    let isRefused = true;
    const { clock, tracker } = await driving({
      hasNewToken: () => new Promise<boolean>(() => undefined),
      stopJourney: () =>
        isRefused ? fails('UNAUTHENTICATED')() : Promise.resolve({ ...startedJourney, state: 'STOPPED' }),
    });
    expect(await tracker.stop()).toMatchObject({ ok: false, failure: { code: 'UNAUTHENTICATED' } });
    await clock.pass(10_000);
    isRefused = false;
    await clock.pass(60_000);
    expect(tracker.getState()).toMatchObject({ phase: 'ENDED', outcome: 'STOPPED' });
    tracker.close();
  });
});

describe('a token that runs out while there is no fix to send', () => {
  test('and is renewed: the service is asked at once, and then as rarely as before', async () => {
    let [isRenewed, asked] = [false, 0];
    const { clock, position, tracker, transport, fix } = await driving({
      hasNewToken: () => Promise.resolve(isRenewed),
    });
    transport.liveLocation = () => {
      asked += 1;
      return isRenewed ? Promise.resolve(liveLocation()) : fails('UNAUTHENTICATED')();
    };
    position.move(fix(), clock.now());
    await clock.pass(40_000);
    expect(tracker.getState().sending).toBe('UNAUTHENTICATED');
    const refused = asked;
    isRenewed = true;
    await clock.pass(6000);
    expect(tracker.getState().sending).toBe('ONLINE');
    expect(asked).toBe(refused + 1);
    await clock.pass(60_000);
    expect(asked).toBeLessThanOrEqual(refused + 3);
    tracker.close();
  });
});

describe('a source of position that fails when its watch is ended', () => {
  test('keeps no journey from ending', async () => {
    const position = new TestPosition();
    const { tracker } = await driving(
      {},
      {
        position: {
          watch(onFix, onProblem) {
            position.watch(onFix, onProblem);
            return () => {
              throw new TypeError('removeSubscription is not a function');
            };
          },
        },
      },
    );
    expect(await tracker.stop()).toMatchObject({ ok: true });
    expect(tracker.getState()).toMatchObject({ phase: 'ENDED', outcome: 'STOPPED' });
    tracker.close();
  });
});

describe('a storage that never answers a write', () => {
  test('keeps no fix from being sent, and is reported', async () => {
    const storage = memoryStorage();
    let hangs = false;
    const { clock, sent, tracker, fix } = await driving(
      {},
      {
        storage: {
          ...storage,
          setItem: (key, value) => (hangs ? new Promise(() => undefined) : storage.setItem(key, value)),
        },
      },
    );
    hangs = true;
    void tracker.deliver([fix()]);
    await clock.pass(30_000);
    expect(sent).toEqual([1]);
    expect(tracker.getState()).toMatchObject({ storageFailed: true, bufferedFixes: 0 });
    tracker.close();
  });
});

describe('a fix with a time beyond every calendar', () => {
  test('is sent as taken now, and blocks none of those after it', async () => {
    const { clock, position, sent, tracker, fix } = await driving();
    for (const capturedAtMs of [undefined, 1e20, undefined, undefined]) {
      position.move(fix(), capturedAtMs ?? clock.now());
      await clock.pass(6000);
    }
    expect(sent).toHaveLength(4);
    expect(tracker.getState()).toMatchObject({ bufferedFixes: 0, failure: null });
    tracker.close();
  });
});

describe('a trainer at the door', () => {
  type Location = Parameters<JourneyTransport['markArrived']>[0]['location'];
  const neverAnswers = () => new Promise<Fix>(() => undefined);

  async function atTheDoor(current: () => Promise<Fix>) {
    const arrivals: Location[] = [];
    const world = await driving({
      markArrived: ({ location }) => {
        arrivals.push(location);
        return Promise.resolve({ ...startedJourney, state: 'ARRIVED' });
      },
    });
    world.position.current = current;
    return { ...world, arrivals };
  }

  test('arrives by the fix at hand when the phone gives no newer one, before it is too old', async () => {
    const { clock, position, tracker, arrivals, fix } = await atTheDoor(neverAnswers);
    position.move(fix(), clock.now());
    await clock.pass(4000);
    const arriving = tracker.arrive();
    await clock.pass(1500);
    expect(arrivals).toMatchObject([{ latitude: 48, longitude: 11 }]);
    expect(await arriving).toMatchObject({ ok: true });
    tracker.close();
  });

  test('arrives by the newest fix, also when the phone answers with one of a minute ago', async () => {
    const { clock, position, tracker, arrivals, fix } = await atTheDoor(neverAnswers);
    const old = { ...fix(), latitude: 47 };
    position.current = () => Promise.resolve(old);
    await clock.pass(60_000);
    position.move(fix(), clock.now());
    await clock.pass(1000);
    const arriving = tracker.arrive();
    await clock.pass(100);
    expect(await arriving).toMatchObject({ ok: true });
    expect(arrivals).toMatchObject([{ latitude: 48 }]);
    tracker.close();
  });

  test('without a fresh fix waits for one, and arrives by what the service has', async () => {
    const { clock, position, tracker, arrivals, fix } = await atTheDoor(neverAnswers);
    position.move(fix(), clock.now());
    await clock.pass(30_000);
    const arriving = tracker.arrive();
    await clock.pass(4000);
    expect(arrivals).toEqual([]);
    await clock.pass(2000);
    expect(arrivals).toEqual([null]);
    expect(await arriving).toMatchObject({ ok: true });
    tracker.close();
  });
});

describe('a watch that falls silent', () => {
  test('is begun again after a minute, and again: the platform may have lost it, or report changes only', async () => {
    const { clock, position, tracker, fix } = await driving();
    const { watch } = position;
    position.move(fix(), clock.now());
    await clock.pass(59_000);
    expect(position.watchesBegun).toBe(1);
    await clock.pass(2000);
    expect(position.watchesBegun).toBe(2);
    expect(tracker.getState()).toMatchObject({ signal: 'LOST', trackingProblem: 'NO_POSITION' });
    // The third watch has a position at once.
    position.watch = (onFix, onProblem) => {
      const end = watch.call(position, onFix, onProblem);
      onFix(fix());
      return end;
    };
    await clock.pass(60_000);
    expect(position.watchesBegun).toBe(3);
    expect(tracker.getState()).toMatchObject({ signal: 'LIVE', trackingProblem: null });
    tracker.close();
  });

  test('after a failure is begun again as often as a failed one, and no oftener', async () => {
    const { clock, position, tracker } = await driving();
    for (const delayMs of [5000, 10_000, 20_000, 40_000, 80_000]) {
      position.fail('POSITION_UNAVAILABLE');
      const { watchesBegun } = position;
      await clock.pass(delayMs - 100);
      expect(position.watchesBegun).toBe(watchesBegun);
      await clock.pass(200);
      expect(position.watchesBegun).toBe(watchesBegun + 1);
    }
    tracker.close();
  });
});
