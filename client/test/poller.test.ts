import { describe, expect, test } from 'vitest';

import { FailureError, failure, type JourneyFailure } from '../src/connection/failure.js';
import { Poller, type Polling } from '../src/connection/Poller.js';
import { ManualClock, settle } from './support/ManualClock.js';
import { TestVisibility } from './support/phone.js';

const minuteMs = 60_000;

/** A poller whose answers the test gives, in a time that the test lets pass: what is seen here takes minutes. */
function polled(answer: () => Promise<number | null>) {
  const clock = new ManualClock();
  const askedAtMs: number[] = [];
  const states: Polling[] = [];
  const failures: JourneyFailure[] = [];
  const visibility = new TestVisibility();
  const poller = new Poller<number | null>({
    clock,
    random: () => 1,
    requestTimeoutMs: 10_000,
    send: () => {
      askedAtMs.push(clock.now());
      return answer();
    },
    onAnswer: (intervalMs) => intervalMs,
    onFailure: (reason) => failures.push(reason),
    onPolling: (polling) => states.push(polling),
  });
  poller.open();
  poller.setVisibility(visibility);
  const waits = (): number[] => askedAtMs.slice(1).map((atMs, index) => atMs - askedAtMs[index]!);
  return { clock, poller, visibility, askedAtMs, states, failures, waits };
}

const fails = (code: Parameters<typeof failure>[0]) => () =>
  Promise.reject(new FailureError(failure(code, 'as the test wants')));

describe('polls', () => {
  test('go on through an outage of ten minutes, ever slower up to ten seconds', async () => {
    const { clock, waits, states } = polled(fails('NETWORK'));
    await clock.pass(10 * minuteMs);
    expect(waits().slice(0, 4)).toEqual([2000, 4000, 8000, 10_000]);
    expect(new Set(waits().slice(3))).toEqual(new Set([10_000]));
    expect(states.at(-1)).toBe('ACTIVE');
  });

  test('with a token that ran out look every half minute whether there is a new one, for five minutes', async () => {
    const { clock, waits, states, poller, askedAtMs } = polled(fails('UNAUTHENTICATED'));
    await clock.pass(60 * minuteMs);
    expect(waits()).toEqual(Array.from({ length: 10 }, () => 30_000));
    expect(states.at(-1)).toBe('STOPPED');
    poller.pollNow();
    await clock.pass(minuteMs);
    expect(askedAtMs).toHaveLength(14);
  });

  test('are not stopped for good by a process that is overloaded, or does not know their document yet', async () => {
    for (const code of ['OVERLOADED', 'DOCUMENT_NOT_TRUSTED'] as const) {
      const { clock, waits, states } = polled(fails(code));
      await clock.pass(minuteMs);
      expect(waits().length).toBeGreaterThan(4);
      expect(states.at(-1)).toBe('ACTIVE');
    }
  });

  test('stop when the service says so, until they are wanted again', async () => {
    const { clock, poller, askedAtMs, states } = polled(() => Promise.resolve(null));
    await clock.pass(60 * minuteMs);
    expect(askedAtMs).toHaveLength(1);
    expect(states.at(-1)).toBe('STOPPED');
    expect(clock.pending).toBe(0);
    poller.pollNow();
    await settle();
    expect(askedAtMs).toHaveLength(2);
  });

  test('are sent once at each return to the front, also when they had stopped or were refused', async () => {
    for (const answer of [() => Promise.resolve(null), fails('SESSION_NOT_FOUND')]) {
      const { clock, visibility, askedAtMs, states } = polled(answer);
      await clock.pass(minuteMs);
      for (let returns = 1; returns <= 3; returns += 1) {
        visibility.set(false);
        await clock.pass(minuteMs);
        visibility.set(true);
        await clock.pass(60 * minuteMs);
        expect(askedAtMs).toHaveLength(1 + returns);
        expect(states.at(-1)).toBe('STOPPED');
      }
      expect(clock.pending).toBe(0);
    }
  });

  test.each([-10, 10])('go on when the wall clock is set by %i min', async (minutes) => {
    const { clock, askedAtMs } = polled(() => Promise.resolve(5000));
    await clock.pass(2000);
    clock.setWallClock(minutes * minuteMs);
    await clock.pass(minuteMs);
    expect(askedAtMs).toHaveLength(13);
  });

  test.each([-10, 10])(
    'and pollNow go on after a 503 though the wall clock is set by %i min',
    async (minutes) => {
      let isAway = true;
      const { clock, askedAtMs, poller } = polled(() =>
        isAway
          ? Promise.reject(new FailureError({ ...failure('STORE_UNAVAILABLE', 'away'), retryAfterMs: 4000 }))
          : Promise.resolve(5000),
      );
      await clock.pass(100);
      isAway = false;
      clock.setWallClock(minutes * minuteMs);
      poller.pollNow();
      await clock.pass(6000);
      const before = askedAtMs.length;
      expect(before).toBeGreaterThan(1);
      poller.pollNow();
      expect(askedAtMs).toHaveLength(before + 1);
    },
  );

  test('count an answer that makes no sense as a failure, and go on', async () => {
    const clock = new ManualClock();
    const failures: JourneyFailure[] = [];
    let polls = 0;
    const poller = new Poller<{ intervalMs: number } | null>({
      clock,
      random: () => 1,
      requestTimeoutMs: 10_000,
      send: () => Promise.resolve(++polls === 1 ? null : { intervalMs: 5000 }),
      onAnswer: (answer) => answer!.intervalMs,
      onFailure: (reason) => failures.push(reason),
      onPolling: () => undefined,
    });
    poller.open();
    poller.setVisibility(new TestVisibility());
    await clock.pass(minuteMs);
    expect(failures.map(({ code }) => code)).toEqual(['UNKNOWN']);
    expect(polls).toBeGreaterThan(10);
    poller.close();
  });

  test('rest in the background and are asked in the very moment of the return', async () => {
    const { clock, visibility, askedAtMs } = polled(() => Promise.resolve(5000));
    await clock.pass(2000);
    visibility.set(false);
    await clock.pass(30 * minuteMs);
    expect(askedAtMs).toHaveLength(1);
    visibility.set(true);
    expect(askedAtMs.at(-1)).toBe(clock.now());
  });

  test('do not wait on return for a request that died while the phone slept', async () => {
    const { clock, visibility, askedAtMs } = polled(() => new Promise(() => undefined));
    visibility.set(false);
    // Asleep, no timer runs, so nothing gave the request up.
    clock.sleep(10 * minuteMs);
    visibility.set(true);
    expect(askedAtMs).toHaveLength(2);
  });

  test('give up an answer that is not there within ten seconds, and never ask twice at once', async () => {
    let inFlight = 0;
    let most = 0;
    const { clock, failures } = polled(() => {
      most = Math.max(most, ++inFlight);
      return new Promise(() => undefined);
    });
    await clock.pass(9999);
    expect(inFlight).toBe(1);
    await clock.pass(1);
    expect(failures.map(({ code }) => code)).toEqual(['TIMEOUT']);
    inFlight -= 1;
    await clock.pass(2000);
    expect(most).toBe(1);
  });

  test('leave no timer behind when they are closed', async () => {
    const { clock, poller, askedAtMs } = polled(() => Promise.resolve(5000));
    await clock.pass(7000);
    poller.close();
    await clock.pass(minuteMs);
    expect(askedAtMs).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});
