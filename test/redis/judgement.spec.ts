import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { movedBy } from '../../demo/drive/bearing';
import type { Fix } from '../../src/domain/location';
import { decodeApplied } from '../../src/redis/codec';
import { partitionOf } from '../../src/redis/keys';
import {
  isOtherDevice,
  judge,
  started,
  takenOver,
  unconfirmedUntil,
  type UpdateRequest,
} from '../road/judge';
import { advance, MIN_ETA_MS, rounded, setOut, type RouterAnswer } from '../road/progress';
import { TestStore } from '../support/store';
import { clockText, comparable, decodeProgress, decodeTrack, numberOrNull } from './storedState';

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
  /** A router answers before the request: for a place of so long ago, so many seconds, fresh for so long from now. */
  answer: fc.option(
    fc.record({
      agoMs: fc.integer({ min: 0, max: 200_000 }),
      ms: fc.constantFrom(40_000, 250_000, 700_000),
      freshMs: fc.constantFrom(-1, 0, 100_000, 100_000),
    }),
    { freq: 6 },
  ),
  /** The location expires before the request. */
  expires: fc.integer({ min: 0, max: 15 }).map((number) => number === 0),
});

/** How long before the home the drive is at age 0, in seconds: far away, or near enough for the stages. */
const secondsFromHome = fc.constantFrom(600, 110);

function requestOf(
  {
    fixes,
    clockError,
    latencyMs,
    deviceId,
  }: Pick<
    typeof sentRequest extends fc.Arbitrary<infer T> ? T : never,
    'fixes' | 'clockError' | 'latencyMs' | 'deviceId'
  >,
  base: number,
  seconds: number,
): UpdateRequest {
  const phoneNow = base + clockError;
  return {
    deviceId,
    sentAt: latencyMs === null ? null : phoneNow - latencyMs,
    fixes: fixes.map(({ roadMeters, speedMps, ageMs, ...fix }): Fix => ({
      ...fix,
      ...movedBy(HOME, speedMps * (seconds - (ageMs ?? 0) / 1000), roadMeters),
      capturedAt: ageMs === null ? null : phoneNow - ageMs,
    })),
  };
}

describe('The step of an update and its model', () => {
  let test: TestStore;
  beforeAll(async () => {
    // Without it the store does not keep where a journey began.
    test = await TestStore.open({ HIDE_START_METERS: '300' });
  });
  afterAll(() => test.close());

  /** The stages that the journey's stream of events reports: number, stage, and the ETA. */
  async function stageEvents(sessionId: string): Promise<string[]> {
    const entries = await test.redis.xrange(test.keys.events(partitionOf(sessionId)), '-', '+');
    return entries
      .map(([, fields]) =>
        Object.fromEntries(
          Array.from({ length: fields.length / 2 }, (_, at) => [fields[2 * at], fields[2 * at + 1]]),
        ),
      )
      .filter((fields) => fields['sessionId'] === sessionId && fields['kind'] === 'STAGE_REACHED')
      .map((fields) => `${fields['sequence']} ${fields['stage']} ${fields['etaAt']}`);
  }

  it('judge the same requests alike and keep the same of them: singles, batches, repeats, two devices', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(sentRequest, { minLength: 1, maxLength: 12 }),
        secondsFromHome,
        async (sequence, seconds) => {
          const sessionId = `s-${randomUUID()}`;
          const startedAt = await test.startJourney(sessionId, 't', { minutesAgo: 90, home: HOME });
          let state = started(HOME, startedAt);
          let progress = setOut;
          const events: string[] = [];
          const base = Date.now();
          const requests: UpdateRequest[] = [];
          for (const { repeats, takesOver, answer, expires, ...sent } of sequence) {
            const request = (repeats !== null && requests[repeats]) || requestOf(sent, base, seconds);
            requests.push(request);
            const { fixes: points, sentAt, deviceId } = request;
            if (isOtherDevice(state, request) && takesOver) {
              await test.store.takeOver({ sessionId, trainerId: 't', deviceId });
              state = takenOver(state, deviceId!);
            }
            if (answer) {
              const time = Date.now() - answer.agoMs;
              const routed: RouterAnswer = {
                time,
                arrivesAt: time + answer.ms,
                freshUntil: Date.now() + answer.freshMs,
              };
              progress = { ...progress, answer: routed };
              const text = `${routed.time} ${routed.arrivesAt} ${routed.freshUntil}`;
              await test.redis.hset(test.keys.active(sessionId), 'routerEta', text);
            }
            if (expires && state.track) {
              await test.redis.del(test.keys.location('t', sessionId));
              state = { ...state, track: null };
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
            const [wasShown, isFirst] = [state.track !== null, state.newestTime === null];
            state = judged.state;
            const advanced = advance(progress, {
              now,
              home: HOME,
              accepted: judged.accepted,
              wasShown,
              isFirst,
              version: state.version,
              settings: test.policy,
            });
            progress = advanced.progress;
            for (const stage of advanced.reached) {
              events.push(
                `${events.length + 2} ${stage} ${Math.max(progress.eta!.arrivesAt, now + MIN_ETA_MS)}`,
              );
              seen.set(stage, (seen.get(stage) ?? 0) + 1);
            }
            if (progress.eta) {
              const { source } = progress.eta;
              seen.set(source, (seen.get(source) ?? 0) + 1);
            }

            const applied = decodeApplied(reply.slice(2) as string[]);
            expect(applied.verdicts).toEqual(judged.verdicts);
            for (const verdict of judged.verdicts) {
              const name = verdict.status === 'REJECTED' ? verdict.rejection : JSON.stringify(verdict);
              seen.set(name, (seen.get(name) ?? 0) + 1);
            }
            expect({
              version: applied.version,
              clockReset: applied.clockReset,
              stage: applied.stage,
            }).toEqual({
              version: state.version,
              clockReset: judged.clockReset,
              stage: advanced.reached.at(-1) ?? null,
            });
            const overturned = state.track?.overturned;
            expect(applied.unconfirmedMs).toBe(
              overturned ? Math.max(0, unconfirmedUntil(overturned, HOME, test.policy) - now) : 0,
            );
            const location = await test.redis.hgetall(test.keys.location('t', sessionId));
            expect(decodeTrack(location)).toEqual(comparable(state));
            const journey = await test.redis.hgetall(test.keys.active(sessionId));
            expect(numberOrNull(journey['newestAt'])).toBe(state.newestTime);
            const { answer: _, trail: __, ...kept } = progress;
            expect(decodeProgress(journey, location)).toEqual({
              ...kept,
              level: state.track ? kept.level : 0,
              sequence: 1 + events.length,
            });
            const device = `clock:${deviceId ?? ''}`;
            expect(journey[device]).toBe(clockText(state, deviceId ?? ''));
          }
          expect(await stageEvents(sessionId)).toEqual(events);
          const after = progress.trail.at(-3)?.version ?? 0;
          for (const trailAfter of [0, after]) {
            const snapshot = await test.store.readSnapshot(sessionId, false, trailAfter);
            expect(snapshot.kind === 'ACTIVE' && snapshot.trail).toEqual(
              progress.trail.map(rounded).filter(({ version }) => version > trailAfter),
            );
          }
          if (progress.origin.length > 1) seen.set('MOVED_ORIGIN', (seen.get('MOVED_ORIGIN') ?? 0) + 1);
        },
      ),
      { numRuns: 300 },
    );
    // The sequences would be worth nothing if they did not bring about what they are for.
    for (const name of [
      ...['{"status":"ACCEPTED"}', '{"status":"ACCEPTED","takeover":true}', '{"status":"LATE"}'],
      ...['{"status":"DUPLICATE"}', '{"status":"DUPLICATE","isStored":true}'],
      ...['FROM_THE_FUTURE', 'TOO_OLD', 'BEFORE_START', 'MOCKED', 'IMPLAUSIBLE_DISTANCE', 'INACCURATE'],
      ...['IMPLAUSIBLE_SPEED', 'OTHER_DEVICE', 'NEW_DEVICE'],
      ...['APPROACHING', 'NEARBY', 'AT_THE_DOOR', 'ESTIMATE', 'ROUTER', 'MOVED_ORIGIN'],
    ]) {
      expect([name, (seen.get(name) ?? 0) > 5]).toEqual([name, true]);
    }
  }, 60_000);
});
