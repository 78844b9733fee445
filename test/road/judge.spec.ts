import { movedAlong } from '../../demo/drive/bearing';
import {
  judge,
  provenSpeedKmh,
  started,
  unconfirmedUntil,
  type RoadState,
  type UpdateRequest,
} from './judge';
import type { Fix, PointVerdict } from '../../src/domain/location';
import { defaultSettings } from './replay';
import { fc } from '../support/properties';

const NOW = 1_800_000_000_000;
const HOME = { latitude: 52.5, longitude: 13.4 };
const SECOND = 1000;
const journey = started(HOME, NOW - 3_000_000);

/** A fix so many metres east of home. */
const at = (meters: number, capturedAt: number | null, fields: Partial<Fix> = {}): Fix => ({
  ...movedAlong(HOME, 90, meters),
  accuracy: 5,
  heading: null,
  speed: null,
  mocked: false,
  capturedAt,
  ...fields,
});

const request = (fixes: readonly Fix[], sentAt: number | null = null): UpdateRequest => ({
  fixes,
  sentAt,
  deviceId: null,
});

const nameOf = (verdict: PointVerdict): string =>
  verdict.status === 'REJECTED' ? verdict.rejection : verdict.status;

/** The statuses or rejections of requests that arrive one after another, and what remains. */
function replayed(
  requests: readonly (readonly [request: UpdateRequest, now: number])[],
  state: RoadState = journey,
): { verdicts: string[]; state: RoadState } {
  const verdicts: string[] = [];
  for (const [sent, now] of requests) {
    const judged = judge(state, sent, now, defaultSettings);
    state = judged.state;
    verdicts.push(...judged.verdicts.map(nameOf));
  }
  return { verdicts, state };
}

const fix: fc.Arbitrary<Fix> = fc.record({
  latitude: fc.double({ min: 52.4, max: 52.6, noNaN: true }),
  longitude: fc.double({ min: 13.3, max: 13.5, noNaN: true }),
  accuracy: fc.option(fc.double({ min: 0, max: 300, noNaN: true })),
  heading: fc.constant(null),
  speed: fc.option(fc.double({ min: 0, max: 40, noNaN: true })),
  mocked: fc.boolean(),
  capturedAt: fc.oneof(
    fc.integer({ min: NOW - 3 * 3_600_000, max: NOW }),
    // So close together that runs come about.
    fc.integer({ min: NOW - 90_000, max: NOW }),
  ),
});
const distinctTimes = fc.uniqueArray(fix, { maxLength: 30, selector: ({ capturedAt }) => capturedAt });

describe('The judgement of fixes', () => {
  it('is the same in whatever order a batch holds them', () => {
    fc.assert(
      fc.property(distinctTimes, fc.infiniteStream(fc.nat()), (fixes, numbers) => {
        const shuffled = fixes
          .map((sent) => ({ sent, key: numbers.next().value! }))
          .sort((a, b) => a.key - b.key)
          .map(({ sent }) => sent);
        const inOrder = judge(journey, request(fixes), NOW, defaultSettings);
        const inDisorder = judge(journey, request(shuffled), NOW, defaultSettings);
        expect(inDisorder.state).toEqual(inOrder.state);
        shuffled.forEach((sent, index) =>
          expect(inDisorder.verdicts[index]).toEqual(inOrder.verdicts[fixes.indexOf(sent)]),
        );
      }),
    );
  });

  it('is the same for a batch and for its fixes sent one by one', () => {
    fc.assert(
      fc.property(distinctTimes, (fixes) => {
        const ascending = [...fixes].sort((a, b) => a.capturedAt! - b.capturedAt!);
        const batch = judge(journey, request(ascending), NOW, defaultSettings);
        const singly = replayed(ascending.map((sent) => [request([sent]), NOW]));
        expect(singly.verdicts).toEqual(batch.verdicts.map(nameOf));
        expect(singly.state.track).toEqual(batch.state.track);
      }),
    );
  });

  it('accepts nothing and changes nothing when a request is repeated, however late', () => {
    fc.assert(
      fc.property(
        fc.array(fix, { minLength: 1, maxLength: 20 }),
        fc.option(fc.integer({ min: 0, max: 60_000 })),
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 1, max: 4 }),
        (fixes, latency, delayMs, times) => {
          const sent = request(fixes, latency === null ? null : NOW - latency);
          const { state: once, verdicts } = judge(journey, sent, NOW, defaultSettings);
          // One that was too fast may take the place of a less accurate one of its own time, which was not.
          const timesOf = (status: string) =>
            fixes
              .filter((_, index) => nameOf(verdicts[index]!) === status)
              .map(({ capturedAt }) => capturedAt);
          const tooFast = timesOf('IMPLAUSIBLE_SPEED');
          fc.pre(!timesOf('ACCEPTED').some((time) => tooFast.includes(time)));
          const again = replayed(
            Array.from({ length: times }, (_, n) => [sent, NOW + (n + 1) * delayMs]),
            once,
          );
          expect(again.verdicts).not.toContain('ACCEPTED');
          expect(again.state.version).toBe(once.version);
          if (again.state.track) expect(again.state.track).toEqual(once.track);
        },
      ),
    );
  });

  it('shows a way without an impossible step but for takeovers, and nothing from outside the time of the journey', () => {
    fc.assert(
      fc.property(fc.array(fix, { maxLength: 40 }), (fixes) => {
        let state = journey;
        for (const sent of [...fixes].sort((a, b) => a.capturedAt! - b.capturedAt!)) {
          const before = state.track;
          const { state: next, verdicts } = judge(state, request([sent]), NOW, defaultSettings);
          state = next;
          if (verdicts[0]!.status !== 'ACCEPTED') {
            expect(next.track?.shown).toEqual(before?.shown);
            continue;
          }
          const { shown } = next.track!;
          expect(sent.mocked).toBe(false);
          expect(sent.accuracy ?? 0).toBeLessThanOrEqual(200);
          expect(shown.capturedAt).toBeLessThanOrEqual(NOW);
          expect(shown.capturedAt).toBeGreaterThanOrEqual(journey.startedAt - 5000);
          const isTakeover = verdicts[0]!.takeover === true;
          if (before && !isTakeover && shown.time > before.shown.time) {
            expect(provenSpeedKmh(before.shown, shown)).toBeLessThanOrEqual(before.fast ? 200 : 120);
          }
        }
      }),
    );
  });

  it('is taken over by the second of two true fixes after one false first fix', () => {
    const { verdicts, state } = replayed([
      [request([at(50_000, NOW)]), NOW],
      [request([at(0, NOW + 5 * SECOND)]), NOW + 5 * SECOND],
      [request([at(60, NOW + 10 * SECOND)]), NOW + 10 * SECOND],
      [request([at(120, NOW + 15 * SECOND)]), NOW + 15 * SECOND],
    ]);
    expect(verdicts).toEqual(['ACCEPTED', 'IMPLAUSIBLE_SPEED', 'ACCEPTED', 'ACCEPTED']);
    expect(state.track!.overturned).toMatchObject({ at: NOW + 10 * SECOND });
  });

  it('believes a motorway drive from its third fast step on, and a claimed speed never', () => {
    const stepMeters = (150 / 3.6) * 5;
    const drive = (fields: Partial<Fix>) =>
      replayed(
        Array.from({ length: 8 }, (_, n) => {
          const now = NOW + n * 5 * SECOND;
          return [request([at(n * stepMeters, now, fields)]), now] as const;
        }),
      ).verdicts;
    const expected = [
      'ACCEPTED',
      'IMPLAUSIBLE_SPEED',
      'IMPLAUSIBLE_SPEED',
      'ACCEPTED',
      ...Array<string>(4).fill('ACCEPTED'),
    ];
    expect(drive({})).toEqual(expected);
    expect(drive({ speed: 42 })).toEqual(expected);
  });

  it.each([
    [150, 110],
    [150, 450],
    [null, 300],
  ])(
    'keeps the more accurate of two fixes with the same time: %p m and, %d m away, 4 m',
    (accuracy, meters) => {
      const network = at(0, NOW, { accuracy });
      const gps = at(meters, NOW, { accuracy: 4 });
      for (const [sent, verdicts] of [
        [
          [network, gps],
          ['ACCEPTED', 'ACCEPTED'],
        ],
        [
          [gps, network],
          ['ACCEPTED', 'DUPLICATE'],
        ],
      ] as const) {
        const singly = replayed(sent.map((one) => [request([one]), NOW]));
        expect(singly.verdicts).toEqual(verdicts);
        expect(singly.state.track!.shown.accuracy).toBe(4);
        const batch = judge(journey, request(sent), NOW, defaultSettings).state;
        expect(batch.track!.shown).toEqual(singly.state.track!.shown);
      }
      // Nothing that is elsewhere takes the place of the shown one by claiming the same moment.
      expect(
        replayed([
          [request([network]), NOW],
          [request([at(6000, NOW, { accuracy: 1 })]), NOW],
        ]).verdicts,
      ).toEqual(['ACCEPTED', 'DUPLICATE']);
    },
  );

  it('refuses fixes that an app made up, and such as are far from home', () => {
    expect(
      replayed([
        [request([at(0, NOW, { mocked: true })]), NOW],
        [request([at(0, NOW, { latitude: 0, longitude: 0 })]), NOW],
        [request([at(0, NOW)]), NOW],
      ]).verdicts,
    ).toEqual(['MOCKED', 'IMPLAUSIBLE_DISTANCE', 'ACCEPTED']);
    const allowed = judge(journey, request([at(0, NOW, { mocked: true })]), NOW, {
      ...defaultSettings,
      acceptMockedFixes: true,
    });
    expect(allowed.verdicts).toEqual([{ status: 'ACCEPTED' }]);
  });
});

describe("The phone's clock", () => {
  const stepMeters = (100 / 3.6) * 5;
  /** One fix every 5 s at 100 km/h; each request takes its latency. */
  const drive = (latencies: readonly number[], clockError = 0) =>
    latencies.map((latency, n) => {
      const time = NOW + n * 5 * SECOND;
      return [request([at(n * stepMeters, time + clockError)], time + clockError), time + latency] as const;
    });

  it.each([
    ['one slow upload first', [4000, 50, 50, 50, 50]],
    ['a slower one', [8000 - 4000, 100, 50, 60, 70]],
    ['uneven latency', [300, 2900, 100, 1500, 3000, 120, 2400, 800]],
  ])('is not corrected by latency: %s', (_, latencies) => {
    for (const clockError of [0, -3600_000, 3 * 86_400_000]) {
      expect(replayed(drive(latencies, clockError)).verdicts).toEqual(latencies.map(() => 'ACCEPTED'));
    }
  });

  it('cancels any error, once and for all requests', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e11, max: 1e11 }),
        fc.integer({ min: 0, max: 3_000_000 }),
        (clockError, ageMs) => {
          const sent = request([at(0, NOW + clockError - ageMs)], NOW + clockError);
          const { track } = judge(journey, sent, NOW, defaultSettings).state;
          expect(track!.shown.capturedAt).toBe(NOW - ageMs);
        },
      ),
    );
  });

  it('moves the stored fix and the run back when a faster request shows that they were dated too late', () => {
    const { state } = replayed(drive([9000, 200]));
    expect(state.track!.shown.capturedAt).toBe(NOW + 5 * SECOND + 200);
    const [late, next] = drive([9000, 200]);
    const between = replayed([late!]).state;
    expect(between.track!.shown.capturedAt).toBe(NOW + 9000);
    const moved = judge(between, request([at(9e4, NOW)], next![0].sentAt), next![1], defaultSettings).state;
    expect(moved.track!.shown.capturedAt).toBe(NOW + 200);
  });

  it('starts anew after three requests in a row of a clock that was set back', () => {
    const before = replayed(drive([100, 100]));
    const setBack = [2, 3, 4, 5].map((n) => {
      const time = NOW + n * 5 * SECOND;
      const shown = time - 600_000;
      return [request([at(n * 50 + 100, shown)], shown), time + 100] as const;
    });
    expect(replayed(setBack, before.state).verdicts).toEqual(['LATE', 'LATE', 'ACCEPTED', 'ACCEPTED']);
  });

  it('does not matter where fixes bear satellite time: a phone one hour slow, after 45 s offline', () => {
    const fixes = Array.from({ length: 10 }, (_, n) => at(n * stepMeters, NOW + n * 5 * SECOND));
    const arrival = NOW + 45 * SECOND + 200;
    const { verdicts, state } = replayed([[request(fixes, arrival - 200 - 3600_000), arrival]]);
    expect(verdicts).toEqual(fixes.map(() => 'ACCEPTED'));
    expect(state.track!.shown).toMatchObject({ longitude: fixes[9]!.longitude, capturedAt: arrival });
  });

  it('keeps the order of fixes that claim to be newer than their sending: the newest is shown', () => {
    const fixes = [30, 20, 40].map((seconds) => at(seconds, NOW + seconds * SECOND));
    const { state } = replayed([[request(fixes, NOW), NOW]]);
    expect(state.track!.shown).toMatchObject({ longitude: fixes[2]!.longitude, capturedAt: NOW });
  });

  it('is kept for each device', () => {
    const of = (deviceId: string, clockError: number, n: number) => {
      const time = NOW + n * 5 * SECOND;
      return [
        { ...request([at(n * 50, time + clockError)], time + clockError), deviceId },
        time + 100,
      ] as const;
    };
    const { verdicts } = replayed([
      of('a', 0, 0),
      of('b', -3600_000, 1),
      of('a', 0, 2),
      of('b', -3600_000, 3),
    ]);
    expect(verdicts).toEqual(Array(4).fill('ACCEPTED'));
  });

  it('gives a fix that is dated by its arrival 5 s more for its way', () => {
    const verdicts = (arrivals: readonly number[]) =>
      replayed(
        arrivals.map((arrival, n) => [request([at(n * stepMeters, null)]), NOW + n * 5 * SECOND + arrival]),
      ).verdicts;
    expect(verdicts([4000, 100, 3000, 200])).toEqual(Array(4).fill('ACCEPTED'));
  });
});

describe('An arrival after a takeover', () => {
  it('waits as long as a car would need from the overturned place, at most 300 s', () => {
    const overturned = (meters: number) => ({ ...movedAlong(HOME, 90, meters), at: NOW });
    expect(unconfirmedUntil(overturned(2000), HOME, defaultSettings) - NOW).toBeCloseTo(60_000, -3);
    expect(unconfirmedUntil(overturned(50_000), HOME, defaultSettings) - NOW).toBe(300_000);
  });

  it('goes by an older overturned place for as long as that forbids it', () => {
    const { state } = replayed([
      [request([at(9000, NOW)]), NOW],
      [request([at(3000, NOW + 5000)]), NOW + 5000],
      [request([at(2950, NOW + 10_000)]), NOW + 10_000],
      [request([at(0, NOW + 15_000)]), NOW + 15_000],
      [request([at(30, NOW + 20_000)]), NOW + 20_000],
    ]);
    expect(state.track!.shown.capturedAt).toBe(NOW + 20_000);
    expect(state.track!.overturned!.at).toBe(NOW + 10_000);
  });
});
