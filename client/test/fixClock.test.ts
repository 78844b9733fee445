import { describe, expect, test } from 'vitest';

import { FixClock } from '../src/tracker/FixClock.js';
import type { Fix } from '../src/index.js';
import { ManualClock } from './support/ManualClock.js';

const minuteMs = 60_000;

/** A phone whose fixes carry a time that is so much ahead of its own clock. */
function phone(aheadMs = 0) {
  const clock = new ManualClock();
  const fixClock = new FixClock(clock);
  const arrives = (capturedAtMs = clock.now() + aheadMs - 100): number => {
    const fix: Fix = { latitude: 48, longitude: 11, capturedAtMs };
    return fixClock.correct([fix])[0]!.capturedAtMs - clock.now();
  };
  return { clock, arrives };
}

describe('one fix with an impossible time', () => {
  test.each([
    ['an hour ahead', 60 * minuteMs],
    ['a week ahead', 7 * 24 * 60 * minuteMs],
    ['beyond every calendar', 1e20],
  ])('%s is taken as of now, and spoils none of those after it', async (_title, aheadMs) => {
    for (const satellitesAheadMs of [0, -70_000, 10 * minuteMs]) {
      const { clock, arrives } = phone(satellitesAheadMs);
      for (let count = 0; count < 3; count += 1) {
        arrives();
        await clock.pass(2000);
      }
      expect(Math.abs(arrives(clock.now() + aheadMs))).toBeLessThanOrEqual(1000);
      for (let count = 0; count < 30; count += 1) {
        await clock.pass(2000);
        expect(Math.abs(arrives())).toBeLessThanOrEqual(1000);
      }
    }
  });

  test('does not hide that all fixes are late by now and then', async () => {
    const { clock, arrives } = phone();
    arrives();
    await clock.pass(2 * minuteMs);
    // A platform that delivers a minute's fixes at once: each keeps its own time.
    for (const ageMs of [60_000, 59_000, 30_000, 100]) expect(arrives(clock.now() - ageMs)).toBe(-ageMs);
  });
});
