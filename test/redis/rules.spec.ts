import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { readConfig } from '../../src/config/readConfig';
import { distanceMeters } from '../../src/domain/geo';
import type { Fix } from '../../src/domain/location';
import { judgePoints, type ReferenceFix } from './model/plausibility';
import { decideRate, type ArrivalTime } from '../../src/domain/rateLimit';
import { decodeVerdict } from '../../src/redis/codec';
import { TestStore } from '../support/store';

const { policy } = readConfig({ DATABASE_URL: 'postgres://localhost/x', AUTH_JWT_SECRET: 's' });

/** A phone's point: a time before now, and a place that a car may or may not have reached by then. */
const point = fc.record({
  latitude: fc.double({ min: 52.5, max: 52.54, noNaN: true }),
  longitude: fc.double({ min: 13.38, max: 13.42, noNaN: true }),
  accuracy: fc.option(fc.double({ min: 0, max: 260, noNaN: true })),
  heading: fc.option(fc.double({ min: 0, max: 360, noNaN: true })),
  speed: fc.option(fc.double({ min: 0, max: 60, noNaN: true })),
  // Whole minutes are half a minute away from each limit, so that the moment of the judgement does not matter.
  ageMs: fc.oneof(
    fc.integer({ min: 0, max: 150 }).map((minutes) => minutes * 60_000 + 30_000),
    fc.integer({ min: 60_000, max: 600_000 }),
    // Ahead of the server by a clock's jitter, around the most that is taken for one, and by far more.
    fc.integer({ min: -5000, max: 0 }),
    fc.integer({ min: -5100, max: -4900 }),
    fc.constant(-60_000),
    // Without a time.
    fc.constant(null),
  ),
});

/** How far the phone's clock is off when it says what it shows at sending; null: it does not say. */
const skew = fc.option(fc.integer({ min: -3 * 86_400_000, max: 3 * 86_400_000 }));

describe('The Lua steps and the rules of the domain', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await TestStore.open();
  });
  afterAll(() => test.close());

  it('judge the same points alike, request after request', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ sent: fc.array(point, { minLength: 1, maxLength: 12 }), skew }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (requests) => {
          const sessionId = `s-${randomUUID()}`;
          const startedAt = await test.startJourney(sessionId, 't', { minutesAgo: 90 });
          let stored: ReferenceFix | null = null;
          let version = 1;
          const base = Date.now();
          for (const request of requests) {
            const sentAt = request.skew === null ? null : base + request.skew;
            const points: Fix[] = request.sent.map(({ ageMs, ...fix }) => ({
              ...fix,
              capturedAt: ageMs === null ? null : (sentAt ?? base) - ageMs,
            }));
            const { reply, now } = await test.rawUpdate(sessionId, 't', points, sentAt);
            const judged = judgePoints(points, stored, { now, startedAt, sentAt }, policy);
            const [, , told, homeLatitude, homeLongitude, , , , , ...statuses] = reply;
            expect(statuses.map((status) => decodeVerdict(String(status)))).toEqual(
              judged.map(({ verdict }) => verdict),
            );
            const accepted = judged
              .map(({ verdict, capturedAt }, index) => ({ ...points[index]!, verdict, capturedAt }))
              .filter(({ verdict }) => verdict.status === 'ACCEPTED')
              .sort((a, b) => b.capturedAt - a.capturedAt);
            if (accepted[0]) {
              stored = accepted[0];
              version += 1;
            }
            expect(Number(told)).toBe(version);
            expect([Number(homeLatitude), Number(homeLongitude)]).toEqual([52.52, 13.405]);
            const held = await test.redis.hgetall(test.keys.location('t', sessionId));
            if (stored) {
              expect({ latitude: Number(held.latitude), capturedAt: Number(held.capturedAt) }).toEqual({
                latitude: stored.latitude,
                capturedAt: stored.capturedAt,
              });
              expect(held.accuracy === undefined ? null : Number(held.accuracy)).toBe(stored.accuracy);
            } else expect(held).toEqual({});
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('measure the same distances', async () => {
    const anywhere = fc.record({
      latitude: fc.double({ min: -89, max: 89, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(anywhere, anywhere, async (home, fix) => {
        const sessionId = `s-${randomUUID()}`;
        await test.startJourney(sessionId, 't', { home });
        await test.store.update({
          sessionId,
          trainerId: 't',
          points: [{ ...fix, accuracy: null, heading: null, speed: null, capturedAt: null }],
          sentAt: null,
        });
        const arrival = await test.store.finish(sessionId, 't', 'ARRIVED');
        const meters = distanceMeters(fix, home);
        if (arrival.kind === 'TOO_FAR') expect(Math.abs(arrival.distanceMeters - meters)).toBeLessThan(1);
        else expect(meters).toBeLessThanOrEqual(policy.arrivalRadiusMeters);
      }),
      { numRuns: 60 },
    );
  });

  it('let the same requests pass the rate', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -9000, max: 9000 }), { minLength: 1, maxLength: 12 }),
        async (shifts) => {
          const trainerId = `t-${randomUUID()}`;
          for (const shift of shifts) {
            // Instead of waiting, the stored arrival time is moved.
            const known = await test.redis.get(test.keys.rate(trainerId));
            const arrivalTime: ArrivalTime = known === null ? null : Number(known) + shift;
            if (arrivalTime !== null)
              await test.redis.set(test.keys.rate(trainerId), arrivalTime, 'PX', 60_000);
            const { reply, now } = await test.rawRate(trainerId);
            const decision = decideRate(arrivalTime, now, {
              intervalMs: policy.updateIntervalMs,
              toleranceMs: policy.updateJitterMs,
            });
            expect([reply[0], Number(reply[2])]).toEqual(
              decision.allowed ? ['ALLOWED', decision.arrivalTime] : ['LIMITED', decision.retryAfterMs],
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
