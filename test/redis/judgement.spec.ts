import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { movedBy } from '../../demo/drive/bearing';
import type { Fix } from '../../src/domain/location';
import { decodeApplied } from '../../src/redis/codec';
import {
  isOtherDevice,
  judge,
  started,
  takenOver,
  unconfirmedUntil,
  type RoadState,
  type UpdateRequest,
} from '../road/judge';
import { TestStore } from '../support/store';

const HOME = { latitude: 52.52, longitude: 13.405 };

/**
 * A fix of a trainer who drives east with some speed on one of several parallel roads, so that random fixes agree with
 * each other often enough for runs, takeovers and fast tracks to come about.
 */
const sentFix = fc.record({
  roadMeters: fc.constantFrom(0, 0, 0, 40, 3000, 60_000, 300_000),
  speedMps: fc.constantFrom(0, 12, 12, 38),
  ageMs: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }).map((seconds) => seconds * 2000) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 150 }).map((minutes) => minutes * 60_000 + 30_000) },
    { weight: 1, arbitrary: fc.constantFrom(-3000, -9000, -60_000) },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
  accuracy: fc.constantFrom(null, 4, 4, 20, 150, 260),
  heading: fc.option(fc.double({ min: 0, max: 360, noNaN: true })),
  speed: fc.constantFrom(null, 0, 12.5),
  mocked: fc.constantFrom(undefined, undefined, undefined, false, true),
});

const sentRequest = fc.record({
  fixes: fc.array(sentFix, { minLength: 1, maxLength: 7 }),
  /** How far the phone's clock is off. */
  clockError: fc.constantFrom(0, 0, 0, 2000, -90_000, 3_600_000, -86_400_000),
  /** How long ago the request was sent; null: it does not say. */
  latencyMs: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 5000 }), fc.constant(80_000)),
  deviceId: fc.constantFrom(null, null, 'phone', 'tablet'),
  /** What another device does. */
  takesOver: fc.boolean(),
  /** Instead, an earlier request comes again. */
  repeats: fc.option(fc.nat({ max: 11 }), { freq: 5 }),
});

function requestOf(
  {
    fixes,
    clockError,
    latencyMs,
    deviceId,
  }: Omit<typeof sentRequest extends fc.Arbitrary<infer T> ? T : never, 'repeats' | 'takesOver'>,
  base: number,
): UpdateRequest {
  const phoneNow = base + clockError;
  return {
    deviceId,
    sentAt: latencyMs === null ? null : phoneNow - latencyMs,
    fixes: fixes.map(({ roadMeters, speedMps, ageMs, ...fix }): Fix => ({
      ...fix,
      ...movedBy(HOME, speedMps * (600 - (ageMs ?? 0) / 1000), roadMeters),
      capturedAt: ageMs === null ? null : phoneNow - ageMs,
    })),
  };
}

const numberOrNull = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** The record's field `run`. */
function decodeRun(text: string | undefined) {
  if (text === undefined) return undefined;
  const [first, last, state] = text.split(';');
  const fixOf = (fix: string) => {
    const [latitude, longitude, accuracy, time, dated] = fix.split(' ');
    return {
      latitude: Number(latitude),
      longitude: Number(longitude),
      accuracy: accuracy === '-' ? null : Number(accuracy),
      time: Number(time),
      datedByArrival: dated === '1',
    };
  };
  const [count, fast] = state!.split(' ');
  return { first: fixOf(first!), last: fixOf(last!), count: Number(count), fast: fast === '1' };
}

/** What Redis holds of a location, in the model's terms. */
function decodeTrack(hash: Record<string, string>) {
  if (hash['latitude'] === undefined) return null;
  const capturedAt = Number(hash['capturedAt']);
  const [fast, dated, aheadMs] = (hash['trackFlags'] ?? '0 0 0').split(' ');
  const [latitude, longitude, at] = (hash['overturned'] ?? '').split(' ');
  return {
    shown: {
      latitude: Number(hash['latitude']),
      longitude: Number(hash['longitude']),
      accuracy: numberOrNull(hash['accuracy']),
      heading: numberOrNull(hash['heading']),
      speed: numberOrNull(hash['speed']),
      capturedAt,
      receivedAt: Number(hash['receivedAt']),
      time: capturedAt + Number(aheadMs),
      datedByArrival: dated === '1',
    },
    still: {
      latitude: Number(hash['stillLatitude']),
      longitude: Number(hash['stillLongitude']),
      accuracy: numberOrNull(hash['stillAccuracy']),
      since: Number(hash['stillSince']),
    },
    credit: Number(hash['creditMs']),
    fast: fast === '1',
    run: decodeRun(hash['run']),
    overturned: at && { latitude: Number(latitude), longitude: Number(longitude), at: Number(at) },
  };
}

/** The same of the model. */
function comparable({ track }: RoadState) {
  if (!track) return null;
  const { expiresAt: _, run, overturned, ...rest } = track;
  const place = ({ speed: _, ...fix }: { speed: number | null }) => fix;
  return {
    ...rest,
    run: run ? { ...run, first: place(run.first), last: place(run.last) } : undefined,
    overturned: overturned ?? undefined,
  };
}

const clockText = ({ clocks }: RoadState, device: string): string | undefined => {
  const clock = clocks[device];
  if (!clock) return undefined;
  const { offset, above } = clock;
  return above ? `${offset} ${above.count} ${above.sentAt} ${above.offset}` : String(offset);
};

describe('The step of an update and its model', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await TestStore.open();
  });
  afterAll(() => test.close());

  it('judge the same requests alike and keep the same of them: singles, batches, repeats, two devices', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fc.array(sentRequest, { minLength: 1, maxLength: 12 }), async (sequence) => {
        const sessionId = `s-${randomUUID()}`;
        const startedAt = await test.startJourney(sessionId, 't', { minutesAgo: 90, home: HOME });
        let state = started(HOME, startedAt);
        const base = Date.now();
        const requests: UpdateRequest[] = [];
        for (const { repeats, takesOver, ...sent } of sequence) {
          const request = (repeats !== null && requests[repeats]) || requestOf(sent, base);
          requests.push(request);
          const { fixes: points, sentAt, deviceId } = request;
          if (isOtherDevice(state, request) && takesOver) {
            await test.store.takeOver({ sessionId, trainerId: 't', deviceId });
            state = takenOver(state, deviceId!);
          }
          const isOther = isOtherDevice(state, request);
          const { reply, now } = await test.rawUpdate(sessionId, {
            trainerId: 't',
            points,
            sentAt,
            deviceId,
          });
          if (isOther) {
            expect(reply[0]).toBe('OTHER_DEVICE');
            seen.set('OTHER_DEVICE', (seen.get('OTHER_DEVICE') ?? 0) + 1);
            continue;
          }
          if (state.reporter?.isNew) seen.set('NEW_DEVICE', (seen.get('NEW_DEVICE') ?? 0) + 1);
          const judged = judge(state, request, now, test.policy);
          state = judged.state;

          const applied = decodeApplied(reply.slice(2) as string[]);
          expect(applied.verdicts).toEqual(judged.verdicts);
          for (const verdict of judged.verdicts) {
            const name = verdict.status === 'REJECTED' ? verdict.rejection : JSON.stringify(verdict);
            seen.set(name, (seen.get(name) ?? 0) + 1);
          }
          expect({ version: applied.version, clockReset: applied.clockReset }).toEqual({
            version: state.version,
            clockReset: judged.clockReset,
          });
          const overturned = state.track?.overturned;
          expect(applied.unconfirmedMs).toBe(
            overturned ? Math.max(0, unconfirmedUntil(overturned, HOME, test.policy) - now) : 0,
          );
          const location = await test.redis.hgetall(test.keys.location('t', sessionId));
          expect(decodeTrack(location)).toEqual(comparable(state));
          const journey = await test.redis.hgetall(test.keys.active(sessionId));
          expect(numberOrNull(journey['newestAt'])).toBe(state.newestTime);
          const device = `clock:${deviceId ?? ''}`;
          expect(journey[device]).toBe(clockText(state, deviceId ?? ''));
        }
      }),
      { numRuns: 300 },
    );
    // The sequences would be worth nothing if they did not bring about what they are for.
    for (const name of [
      ...['{"status":"ACCEPTED"}', '{"status":"ACCEPTED","takeover":true}', '{"status":"LATE"}'],
      ...['{"status":"DUPLICATE"}', '{"status":"DUPLICATE","isStored":true}'],
      ...['FROM_THE_FUTURE', 'TOO_OLD', 'BEFORE_START', 'MOCKED', 'IMPLAUSIBLE_DISTANCE', 'INACCURATE'],
      ...['IMPLAUSIBLE_SPEED', 'OTHER_DEVICE', 'NEW_DEVICE'],
    ]) {
      expect([name, (seen.get(name) ?? 0) > 5]).toEqual([name, true]);
    }
  }, 60_000);
});
