import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { readConfig } from '../../src/config/readConfig';
import { distanceMeters } from '../../src/domain/geo';
import { decideRate, type ArrivalTime } from '../../src/domain/rateLimit';
import { decideTurn, NO_TURNS, type Turns } from '../road/turns';
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
        const arrival = await test.store.finish({ sessionId, trainerId: 't' }, 'ARRIVED');
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

  it('share the rate among the same sessions and devices alike', async () => {
    const seen = new Set<string>();
    const ask = fc.record({
      sessionId: fc.constantFrom('a', 'b', 'c'),
      deviceId: fc.constantFrom('', 'phone', 'tablet'),
      passedMs: fc.constantFrom(0, 500, 2000, 4100, 5000, 11_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(ask, { minLength: 1, maxLength: 15 }), async (asks) => {
        const trainerId = `t-${randomUUID()}`;
        const [rateKey, turnsKey] = [test.keys.rate(trainerId), test.keys.turns(trainerId)];
        let turns = NO_TURNS;
        for (const { passedMs, ...requester } of asks) {
          // Instead of waiting, all stored times are moved.
          turns = {
            arrivalTime: turns.arrivalTime === null ? null : turns.arrivalTime - passedMs,
            holder: turns.holder,
            waiting: turns.waiting.map(({ until, ...entry }) => ({ ...entry, until: until - passedMs })),
          };
          if (turns.arrivalTime !== null) await test.redis.set(rateKey, turns.arrivalTime, 'PX', 60_000);
          await test.redis.set(turnsKey, encodeTurns(turns), 'PX', 60_000);
          const { reply, now } = await test.rawRate(trainerId, requester);
          const decision = decideTurn(turns, now, requester, {
            intervalMs: policy.updateIntervalMs,
            toleranceMs: policy.updateJitterMs,
          });
          turns = decision.next;
          const expected = decision.allowed
            ? ['ALLOWED', turns.arrivalTime]
            : [decision.contested ? 'CONTESTED' : 'LIMITED', decision.retryAfterMs];
          expect([reply[0], Number(reply[2])]).toEqual(expected);
          seen.add(String(reply[0]));
          const kept = await test.redis.get(turnsKey);
          if (kept !== null) {
            const { waiting } = JSON.parse(kept) as { waiting: [string, number][] };
            expect(waiting).toEqual(JSON.parse(encodeTurns(turns)).waiting);
          } else expect(turns.waiting).toEqual([]);
          expect(await test.redis.pttl(turnsKey)).not.toBe(-1);
        }
      }),
      { numRuns: 100 },
    );
    expect([...seen].sort()).toEqual(['ALLOWED', 'CONTESTED', 'LIMITED']);
  });
});

/** As include/turns.lua stores it; cjson writes an empty list as `{}`. */
function encodeTurns({ holder, waiting }: Turns): string {
  const name = ({ sessionId, deviceId }: { sessionId: string; deviceId: string }) =>
    `${sessionId} ${deviceId}`;
  return JSON.stringify({
    ...(holder && { holder: name(holder) }),
    waiting: waiting.length === 0 ? {} : waiting.map(({ requester, until }) => [name(requester), until]),
  });
}
