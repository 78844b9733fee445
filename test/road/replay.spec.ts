import { distanceMeters } from '../../src/domain/geo';
import { cutPieces, readDrives, type Drive } from './drives';
import * as faults from './faults';
import { replay, singleReference, theseRules, type Outcome } from './replay';
import { motorwayDrives, townDrives } from './simulatedDrives';

/** A folder of recorded drives (CONTRIBUTING.md says in which form); without it the recorded ones are left out. */
const folder = process.env['DRIVES'];
const PIECES = 17;
const REPEATS = { simulated: 3, recorded: 20 };
const WITHIN = 4 / 3;
const MAX_LOCK_OUT_SECONDS = 20;

/** With a fix every 5 s a lock-out ends at a multiple of that. */
const lockOutLimit = (targetSeconds: number): number =>
  Math.min(MAX_LOCK_OUT_SECONDS, 5 * Math.ceil((targetSeconds * WITHIN) / 5));

interface Row {
  readonly name: string;
  readonly fault: faults.Fault;
  readonly drives: 'town' | 'motorway' | 'fast motorway';
  /** True fixes refused, %; false fixes shown, %; longest lock-out, s. */
  readonly target: readonly [number, number | null, number];
}

/** The targets are those that the rules reached on recorded drives when they were designed. */
const rows: readonly Row[] = [
  { name: '1 false first fix', fault: faults.falseFirst(1), drives: 'town', target: [0.8, 100, 10] },
  { name: '12 false first fixes', fault: faults.falseFirst(12), drives: 'town', target: [1.1, 100, 11] },
  { name: 'teleport of 1 fix', fault: faults.teleport(1), drives: 'town', target: [0, 0, 0] },
  { name: 'teleport of 2 fixes', fault: faults.teleport(2), drives: 'town', target: [0.04, 3, 8] },
  { name: 'teleport of 5 fixes', fault: faults.teleport(5), drives: 'town', target: [0.2, 12, 14] },
  {
    name: 'silence, then 1 false fix',
    fault: faults.silenceThenFalse,
    drives: 'town',
    target: [1.4, 99, 12],
  },
  { name: 'receiver stuck', fault: faults.stuck, drives: 'town', target: [0.9, 100, 15] },
  { name: 'motorway', fault: faults.none, drives: 'motorway', target: [0.4, null, 12] },
  { name: 'fast motorway', fault: faults.none, drives: 'fast motorway', target: [0.5, null, 18] },
  {
    name: 'no capturedAt, uneven network',
    fault: faults.datedByArrival,
    drives: 'town',
    target: [0.2, null, 14],
  },
  { name: 'slow uplink, wrong clock', fault: faults.slowUplink, drives: 'town', target: [0, null, 0] },
];

const inWords = ({ trueRefusedPercent, falseShownPercent, longestLockOutSeconds }: Outcome): string =>
  [
    trueRefusedPercent.toFixed(2),
    falseShownPercent === null ? '–' : falseShownPercent.toFixed(1),
    longestLockOutSeconds.toFixed(0),
  ].join(' / ');

function replayAll(
  title: string,
  drives: Record<Row['drives'], readonly Drive[]>,
  repeats: number,
): Map<string, Outcome> {
  const lines = [`${title}: true fixes refused % / false fixes shown % / longest lock-out s`];
  const outcomes = new Map<string, Outcome>();
  for (const { name, fault, drives: kind } of rows) {
    const before = replay(drives[kind], fault, singleReference, repeats);
    const after = replay(drives[kind], fault, theseRules, repeats);
    outcomes.set(name, after);
    lines.push(
      `${name.padEnd(30)} single reference ${inWords(before).padEnd(20)} these rules ${inWords(after)}`,
    );
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  return outcomes;
}

const stepsKmh = ({ fixes }: Drive): number[] =>
  fixes
    .slice(1)
    .map((fix, at) => (distanceMeters(fixes[at]!, fix) / (fix.time - fixes[at]!.time)) * 3600)
    .sort((a, b) => a - b);

/** The same way in less time. */
const faster = ({ name, fixes }: Drive, factor: number): Drive => ({
  name,
  fixes: fixes.map((fix) => ({ ...fix, time: fixes[0]!.time + (fix.time - fixes[0]!.time) / factor })),
});

function evenly<T>(items: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)]!);
}

describe.each([
  [
    'simulated drives',
    true,
    REPEATS.simulated,
    () => ({
      town: townDrives(PIECES),
      motorway: motorwayDrives(PIECES, [130, 147]),
      'fast motorway': motorwayDrives(PIECES, [130, 160]),
    }),
  ],
  [
    'recorded drives',
    folder !== undefined,
    REPEATS.recorded,
    () => {
      const drives = readDrives(folder!);
      const town = cutPieces(drives, { maxStepKmh: 250, maxPieceMs: 660_000 }).filter(
        (piece) => stepsKmh(piece).at(-1)! < 119,
      );
      const motorway = cutPieces(drives, { maxStepKmh: 250, maxPieceMs: Infinity }).filter((piece) => {
        const steps = stepsKmh(piece);
        return steps[Math.floor(steps.length / 2)]! > 115;
      });
      return {
        town: evenly(town, PIECES),
        motorway,
        'fast motorway': motorway.map((drive) => faster(drive, 160 / 147)),
      };
    },
  ],
] as const)('The rules on %s', (title, available, repeats, load) => {
  let outcomes: Map<string, Outcome>;
  beforeAll(() => {
    if (available) outcomes = replayAll(title, load(), repeats);
  }, 120_000);

  (available ? it : it.skip).each(rows)(
    '$name: the marker follows the true fixes again',
    ({ name, target }) => {
      const { trueRefusedPercent, falseShownPercent, longestLockOutSeconds } = outcomes.get(name)!;
      const [refused, shown, lockOut] = target;
      expect(trueRefusedPercent).toBeLessThanOrEqual(refused * WITHIN);
      expect(falseShownPercent ?? 0).toBeLessThanOrEqual((shown ?? 0) * WITHIN);
      expect(longestLockOutSeconds).toBeLessThanOrEqual(lockOutLimit(lockOut));
    },
  );
});
