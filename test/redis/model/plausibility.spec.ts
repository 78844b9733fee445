import fc from 'fast-check';

import type { Fix } from '../../../src/domain/location';
import { correctCapturedAt, judgePoints, provenSpeedKmh, type ReferenceFix } from './plausibility';

const NOW = 1_800_000_000_000;
const policy = { maxSpeedKmh: 120, maxAccuracyMeters: 200 };
const journey = { now: NOW, startedAt: NOW - 3_000_000, sentAt: null };

const fix: fc.Arbitrary<Fix> = fc.record({
  latitude: fc.double({ min: 52.4, max: 52.6, noNaN: true }),
  longitude: fc.double({ min: 13.3, max: 13.5, noNaN: true }),
  accuracy: fc.option(fc.double({ min: 0, max: 300, noNaN: true })),
  heading: fc.constant(null),
  speed: fc.constant(null),
  capturedAt: fc.option(fc.integer({ min: NOW - 3 * 3_600_000, max: NOW + 10_000 })),
});

describe('The judgement of fixes', () => {
  it('is the same in whatever order they were sent, when their times differ', () => {
    const distinct = fc.uniqueArray(fix, {
      maxLength: 30,
      selector: ({ capturedAt }) => correctCapturedAt(capturedAt, null, NOW).capturedAt,
    });
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (points, numbers) => {
        const shuffled = points
          .map((point) => ({ point, key: numbers.next().value! }))
          .sort((a, b) => a.key - b.key);
        const inOrder = judgePoints(points, null, journey, policy);
        const inDisorder = judgePoints(
          shuffled.map(({ point }) => point),
          null,
          journey,
          policy,
        );
        shuffled.forEach(({ point }, index) =>
          expect(inDisorder[index]).toEqual(inOrder[points.indexOf(point)]),
        );
      }),
    );
  });

  it('accepts a way on which no step is impossible, and nothing from outside the time of the journey', () => {
    fc.assert(
      fc.property(fc.array(fix, { maxLength: 40 }), (points) => {
        const judged = judgePoints(points, null, journey, policy);
        const way = points
          .map((point, index) => ({ ...point, ...judged[index]! }))
          .filter(({ verdict }) => verdict.status === 'ACCEPTED')
          .sort((a, b) => a.capturedAt - b.capturedAt);
        way.forEach((step, index) => {
          expect(step.capturedAt).toBeLessThanOrEqual(NOW);
          expect(step.capturedAt).toBeGreaterThanOrEqual(journey.startedAt - 5000);
          expect(step.accuracy ?? 0).toBeLessThanOrEqual(200);
          if (index > 0)
            expect(provenSpeedKmh(way[index - 1] as ReferenceFix, step)).toBeLessThanOrEqual(120);
        });
      }),
    );
  });

  it('has nothing new to learn from points that it took before', () => {
    fc.assert(
      fc.property(fc.array(fix, { minLength: 1, maxLength: 20 }), (points) => {
        const judged = judgePoints(points, null, journey, policy);
        const newest = points
          .map((point, index) => ({ ...point, ...judged[index]! }))
          .filter(({ verdict }) => verdict.status === 'ACCEPTED')
          .sort((a, b) => b.capturedAt - a.capturedAt)[0];
        if (!newest) return;
        for (const { verdict } of judgePoints(points, newest, journey, policy))
          expect(verdict.status).not.toBe('ACCEPTED');
      }),
    );
  });

  it("cancels any error of a phone's clock", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.integer({ min: 0, max: 7_200_000 }),
        (errorMs, ageMs) => {
          const phoneNow = NOW + errorMs;
          expect(correctCapturedAt(phoneNow - ageMs, phoneNow, NOW)).toEqual({
            capturedAt: NOW - ageMs,
            ahead: false,
          });
        },
      ),
    );
  });
});
