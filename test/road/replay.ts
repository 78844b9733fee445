import { distanceMeters } from '../../src/domain/geo';
import { createRandom } from '../../demo/drive/random';
import type { DrivenFix, Drive } from './drives';
import type { Fault, ReceivedFix } from './faults';
import { judge, started, type Settings } from './judge';

export const defaultSettings: Settings = {
  maxSpeedKmh: 120,
  sustainedMaxSpeedKmh: 200,
  maxAccuracyMeters: 200,
  maxDistanceKm: 200,
  acceptMockedFixes: false,
  locationTtlMs: 300_000,
};

/** Which of the fixes a rule shows, in their order. */
export type Rule = (fixes: readonly ReceivedFix[]) => boolean[];

/** By the model: fixes that arrive together are one request. */
export const theseRules: Rule = (fixes) => {
  // The home is half-way, so that no recorded motorway leads too far away from it.
  const way = fixes.filter(({ isTrue }) => isTrue);
  let state = started(way[Math.floor(way.length / 2)]!, fixes[0]!.time);
  return requests(fixes).flatMap((batch) => {
    const [{ arrivesAt, sentAt }] = batch;
    const sent = batch.map(({ latitude, longitude, accuracy, speed, capturedAt }) => ({
      latitude,
      longitude,
      accuracy,
      speed,
      heading: null,
      capturedAt,
      mocked: false,
    }));
    const judged = judge(state, { fixes: sent, sentAt, deviceId: null }, arrivesAt, defaultSettings);
    state = judged.state;
    return judged.verdicts.map(({ status }) => status === 'ACCEPTED');
  });
};

/** The rule that these replaced: every fix against the newest accepted one, until that expired. */
export const singleReference: Rule = (fixes) => {
  let reference: (DrivenFix & { expiresAt: number }) | null = null;
  const blur = ({ accuracy }: DrivenFix): number => Math.min(accuracy ?? 0, 100);
  return fixes.map((fix) => {
    const { arrivesAt, capturedAt, sentAt } = fix;
    const time =
      capturedAt === null ? arrivesAt : sentAt === null ? capturedAt : arrivesAt - (sentAt - capturedAt);
    const known = reference && reference.expiresAt > arrivesAt ? reference : null;
    if (known) {
      const meters = Math.max(0, distanceMeters(known, fix) - blur(known) - blur(fix));
      const speedKmh = time > known.time ? (meters / (time - known.time)) * 3600 : Infinity;
      if (speedKmh > defaultSettings.maxSpeedKmh) return false;
    }
    reference = { ...fix, time, expiresAt: arrivesAt + defaultSettings.locationTtlMs };
    return true;
  });
};

type Batch = [ReceivedFix, ...ReceivedFix[]];

function requests(fixes: readonly ReceivedFix[]): Batch[] {
  const batches: Batch[] = [];
  for (const fix of fixes) {
    const last = batches.at(-1);
    if (last && last[0].arrivesAt === fix.arrivesAt) last.push(fix);
    else batches.push([fix]);
  }
  return batches;
}

export interface Outcome {
  readonly trueRefusedPercent: number;
  /** null: the fault makes no false fix. */
  readonly falseShownPercent: number | null;
  /** From the fix that the marker stands at to the next true one that is shown, when true ones between were refused. */
  readonly longestLockOutSeconds: number;
}

/** Replays each piece with the fault, several times with another seed. */
export function replay(pieces: readonly Drive[], fault: Fault, rule: Rule, repeats: number): Outcome {
  const sum = { true: 0, refused: 0, false: 0, shown: 0 };
  let longestMs = 0;
  for (const piece of pieces) {
    for (let seed = 0; seed < repeats; seed += 1) {
      const fixes = fault(piece.fixes, createRandom(`${piece.name} ${seed}`));
      const shown = rule(fixes);
      fixes.forEach(({ isTrue }, at) => {
        sum[isTrue ? 'true' : 'false'] += 1;
        if (isTrue && !shown[at]) sum.refused += 1;
        if (!isTrue && shown[at]) sum.shown += 1;
      });
      longestMs = Math.max(longestMs, longestLockOutMs(fixes, shown));
    }
  }
  return {
    trueRefusedPercent: (100 * sum.refused) / sum.true,
    falseShownPercent: sum.false === 0 ? null : (100 * sum.shown) / sum.false,
    longestLockOutSeconds: longestMs / 1000,
  };
}

function longestLockOutMs(fixes: readonly ReceivedFix[], shown: readonly boolean[]): number {
  let longest = 0;
  let markerSince = fixes[0]!.arrivesAt;
  let refused = false;
  fixes.forEach(({ isTrue, arrivesAt }, at) => {
    if (shown[at] || at === fixes.length - 1) {
      if (refused) longest = Math.max(longest, arrivesAt - markerSince);
      markerSince = arrivesAt;
      refused = false;
    } else if (isTrue) refused = true;
  });
  return longest;
}
