import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { readConfig } from '../../src/config/readConfig';
import { distanceMeters } from '../../src/domain/geo';
import { decideRate, type ArrivalTime } from '../../src/domain/rateLimit';
import { TestStore } from '../support/store';

const { policy } = readConfig({ DATABASE_URL: 'postgres://localhost/x', AUTH_JWT_SECRET: 's' });

describe('The Lua steps and the rules of the domain', () => {
  let test: TestStore;
  beforeAll(async () => {
    // Farther than any place on earth is from another.
    test = await TestStore.open({ MAX_DISTANCE_KM: '20100' });
  });
  afterAll(() => test.close());

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
