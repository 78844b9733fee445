import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { LiveLocation } from '../src/index.js';
import { requestRetryPolicy, retryDelayMs } from '../src/connection/retry.js';
import { ageOf, signalAt } from '../src/liveLocation/signalAge.js';

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
