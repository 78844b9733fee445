import { describe, expect, test } from 'vitest';

import type { LiveLocation, Location } from '../src/index.js';
import { requestRetryPolicy, retryDelayMs } from '../src/connection/retry.js';
import { FixAge } from '../src/liveLocation/fixAge.js';
import { ageOf, signalAt } from '../src/liveLocation/signalAge.js';
import { fc } from './support/properties.js';

describe('the wait before a retry', () => {
  test('doubles, is half chance, and never passes its bound', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.double({ min: 0, max: 1, noNaN: true }), (retry, chance) => {
        const { baseDelayMs, maxDelayMs } = requestRetryPolicy;
        const delayMs = retryDelayMs(retry, null, () => chance, requestRetryPolicy);
        const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** retry);
        expect(delayMs).toBeGreaterThanOrEqual(ceilingMs / 2);
        expect(delayMs).toBeLessThanOrEqual(ceilingMs);
      }),
    );
  });

  test('is never shorter than the service asked for, and longer by up to a quarter', () => {
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.nat(60_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (retry, askedMs, chance) => {
          const delayMs = retryDelayMs(retry, askedMs, () => chance, requestRetryPolicy);
          expect(delayMs).toBeGreaterThanOrEqual(askedMs);
          expect(delayMs).toBeLessThanOrEqual(Math.max(askedMs * 1.25, requestRetryPolicy.maxDelayMs));
        },
      ),
    );
  });
});

describe('a signal between two answers', () => {
  const thresholds = { signalLiveMs: 20_000, signalDelayedMs: 60_000 };
  const seen = (signal: LiveLocation['signal'], capturedAt = '2026-05-04T08:00:00.000Z') =>
    ({ signal, location: { capturedAt } }) as LiveLocation;

  test('ages from LIVE over DELAYED to LOST', () => {
    const age = ageOf(seen('LIVE'), null, 0, thresholds)!;
    expect(signalAt(age, 20_000, thresholds)).toEqual({ signal: 'LIVE', changesInMs: 1 });
    expect(signalAt(age, 20_001, thresholds)).toEqual({ signal: 'DELAYED', changesInMs: 40_000 });
    expect(signalAt(age, 60_001, thresholds)).toEqual({ signal: 'LOST', changesInMs: null });
  });

  test('the same fix again is as old as it has become, not new', () => {
    const first = ageOf(seen('LIVE'), null, 0, thresholds);
    const again = ageOf(seen('LIVE'), first, 15_000, thresholds)!;
    expect(signalAt(again, 20_001, thresholds).signal).toBe('DELAYED');
  });

  test('a newer fix is young again', () => {
    const first = ageOf(seen('LIVE'), null, 0, thresholds);
    const next = ageOf(seen('LIVE', '2026-05-04T08:00:30.000Z'), first, 30_000, thresholds)!;
    expect(next.ageMs).toBe(0);
  });

  test('the word of the service overrules the count of this device, both ways', () => {
    const first = ageOf(seen('LIVE'), null, 0, thresholds);
    // The device slept, or its clock was set forward: the service says it is still LIVE.
    const overruled = ageOf(seen('LIVE'), first, 3_600_000, thresholds)!;
    expect(signalAt(overruled, 3_600_000, thresholds).signal).toBe('LIVE');
    const older = ageOf(seen('LOST'), first, 1000, thresholds)!;
    expect(signalAt(older, 1000, thresholds).signal).toBe('LOST');
  });

  test('a clock that is set back does not make a fix younger', () => {
    const age = ageOf(seen('DELAYED'), null, 1_000_000, thresholds)!;
    expect(signalAt(age, 0, thresholds).signal).toBe('DELAYED');
  });
});

describe('the age of a fix, for people', () => {
  const thresholds = { signalLiveMs: 20_000, signalDelayedMs: 60_000 };
  const takenMs = Date.parse('2026-05-04T08:00:00.000Z');
  /** Both of this device's clocks agree. */
  const moment = (ms: number) => ({ wallMs: ms, monotonicMs: ms });
  const fix = (atMs: number) => ({ capturedAt: new Date(takenMs + atMs).toISOString() }) as Location;

  test('is what the clocks say as long as the signal allows it', () => {
    const age = new FixAge(thresholds);
    expect(age.of(fix(0), 'LIVE', moment(takenMs + 12_000))).toEqual({
      ageMs: 12_000,
      at: moment(takenMs + 12_000),
    });
    expect(age.of(fix(0), 'LOST', moment(takenMs + 240_000))!.ageMs).toBe(240_000);
  });

  test('is within what the signal allows whatever the clock of this device says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -7_200_000, max: 7_200_000 }),
        fc.array(fc.tuple(fc.nat(30_000), fc.nat(200_000)), { minLength: 1, maxLength: 20 }),
        (aheadMs, fixes) => {
          const age = new FixAge(thresholds);
          let nowMs = 0;
          for (const [laterMs, trueAgeMs] of fixes) {
            nowMs += laterMs;
            const signal = trueAgeMs <= 20_000 ? 'LIVE' : trueAgeMs <= 60_000 ? 'DELAYED' : 'LOST';
            const ageMs = age.of(fix(nowMs - trueAgeMs), signal, moment(takenMs + nowMs + aheadMs))!.ageMs;
            expect(ageMs).toBeGreaterThanOrEqual({ LIVE: 0, DELAYED: 20_001, LOST: 60_001 }[signal]);
            if (signal === 'LIVE') expect(ageMs).toBeLessThanOrEqual(20_000);
            if (signal === 'DELAYED') expect(ageMs).toBeLessThanOrEqual(60_000);
          }
        },
      ),
    );
  });

  test('learns how far the clock is off: an hour ahead, and a trainer lost for minutes is not lost for an hour', () => {
    const age = new FixAge(thresholds);
    const hourMs = 3_600_000;
    age.of(fix(0), 'LIVE', moment(takenMs + 1000 + hourMs));
    expect(age.of(fix(0), 'LOST', moment(takenMs + 180_000 + hourMs))!.ageMs).toBeCloseTo(179_000);
  });

  test('begins anew when the clock is set', () => {
    const age = new FixAge(thresholds);
    age.of(fix(0), 'LIVE', moment(takenMs + 3_600_000));
    expect(age.of(fix(5000), 'LIVE', moment(takenMs + 6000))!.ageMs).toBe(1000);
  });

  test('is not known without a fix', () => {
    expect(new FixAge(thresholds).of(null, 'LOST', moment(takenMs))).toBeNull();
  });
});
