import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { distanceMeters, type GeoPoint } from '../../src/domain/geo';

/** One position of a recorded or simulated drive. */
export interface DrivenFix extends GeoPoint {
  readonly time: number;
  readonly accuracy: number | null;
  readonly speed: number | null;
}

export interface Drive {
  readonly name: string;
  readonly fixes: readonly DrivenFix[];
}

/** What a phone of the reference app sends: one fix in this time. */
export const FIX_INTERVAL_MS = 5000;
/** A longer silence in a recording ends a piece: nothing is known of what lies between. */
const MAX_GAP_MS = 35_000;
const MAX_ACCURACY_METERS = 200;
const MIN_PIECE_MS = 300_000;
/** A piece begins when the car drives: how long it waited before that is chance. Metres in one interval. */
const DRIVING_METERS = 40;
/** A piece in which nobody drives shows nothing. */
const MIN_PIECE_METERS = 1000;

/** The recorded drives in a folder of CSV files; the columns are those of a phone's log, see CONTRIBUTING.md. */
export function readDrives(folder: string): Drive[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .sort()
    .map((file) => ({ name: basename(file, '.csv'), fixes: readFixes(join(folder, file)) }));
}

function readFixes(file: string): DrivenFix[] {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const columns = head.split(',');
  const column = (...names: string[]): number => columns.findIndex((name) => names.includes(name));
  const [latitude, longitude, accuracy, speed] = [
    column('lat', 'latitude'),
    column('lon', 'longitude'),
    column('accuracy'),
    column('speed'),
  ];
  const milliseconds = column('t_ms');
  const seconds = column('capturedAt');
  return lines.map((line) => {
    const cells = line.split(',');
    const numberOrNull = (at: number): number | null => (cells[at] ? Number(cells[at]) : null);
    return {
      latitude: Number(cells[latitude]),
      longitude: Number(cells[longitude]),
      accuracy: numberOrNull(accuracy),
      speed: numberOrNull(speed),
      time: milliseconds >= 0 ? Number(cells[milliseconds]) : Number(cells[seconds]) * 1000,
    };
  });
}

/** Stretches of at least five minutes without a silence or an impossible step, with one fix every five seconds. */
export function cutPieces(
  drives: readonly Drive[],
  { maxStepKmh, maxPieceMs }: { maxStepKmh: number; maxPieceMs: number },
): Drive[] {
  return drives.flatMap(({ name, fixes }) => {
    const pieces = stretches(fixes, maxStepKmh)
      .flatMap((stretch) => inPieces(stretch, maxPieceMs))
      .map(fromSettingOff)
      .filter(isDriven);
    return pieces.map((piece, at) => ({ name: `${name}/${at + 1}`, fixes: piece }));
  });
}

function stretches(fixes: readonly DrivenFix[], maxStepKmh: number): DrivenFix[][] {
  const found: DrivenFix[][] = [];
  let last: DrivenFix | undefined;
  for (const fix of [...fixes].sort((a, b) => a.time - b.time)) {
    if (fix.accuracy !== null && fix.accuracy > MAX_ACCURACY_METERS) continue;
    if (last && fix.time === last.time) continue;
    const continues = last && fix.time - last.time <= MAX_GAP_MS && speedKmh(last, fix) <= maxStepKmh;
    if (continues) found.at(-1)!.push(fix);
    else found.push([fix]);
    last = fix;
  }
  return found;
}

const speedKmh = (from: DrivenFix, to: DrivenFix): number =>
  (distanceMeters(from, to) / (to.time - from.time)) * 3600;

function inPieces(stretch: readonly DrivenFix[], maxPieceMs: number): DrivenFix[][] {
  const even = resampled(stretch);
  const durationMs = (even.length - 1) * FIX_INTERVAL_MS;
  const count = Math.max(1, Math.ceil(durationMs / maxPieceMs));
  const length = Math.floor(even.length / count);
  return Array.from({ length: count }, (_, at) => even.slice(at * length, (at + 1) * length));
}

function fromSettingOff(piece: readonly DrivenFix[]): DrivenFix[] {
  const start = piece.findIndex((fix, at) => at > 0 && distanceMeters(piece[at - 1]!, fix) > DRIVING_METERS);
  return start < 0 ? [] : piece.slice(start);
}

/** One fix every five seconds, between the recorded ones where need be. */
function resampled(stretch: readonly DrivenFix[]): DrivenFix[] {
  const [first, final] = [stretch[0]!, stretch.at(-1)!];
  const even: DrivenFix[] = [];
  let next = 1;
  for (let time = first.time; time <= final.time; time += FIX_INTERVAL_MS) {
    // The recorded fixes on both sides of this moment.
    while (next < stretch.length - 1 && stretch[next]!.time < time) next += 1;
    const [before, after] = [stretch[next - 1]!, stretch[next] ?? stretch[next - 1]!];
    const share = after.time > before.time ? (time - before.time) / (after.time - before.time) : 0;
    even.push({
      time,
      latitude: before.latitude + share * (after.latitude - before.latitude),
      longitude: before.longitude + share * (after.longitude - before.longitude),
      accuracy: share < 0.5 ? before.accuracy : after.accuracy,
      speed:
        before.speed === null || after.speed === null
          ? null
          : before.speed + share * (after.speed - before.speed),
    });
  }
  return even;
}

function isDriven(piece: readonly DrivenFix[]): boolean {
  if ((piece.length - 1) * FIX_INTERVAL_MS < MIN_PIECE_MS) return false;
  let meters = 0;
  for (let at = 1; at < piece.length; at += 1) meters += distanceMeters(piece[at - 1]!, piece[at]!);
  return meters >= MIN_PIECE_METERS;
}
