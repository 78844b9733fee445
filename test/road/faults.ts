import type { GeoPoint } from '../../src/domain/geo';
import { movedAlong } from '../../demo/drive/bearing';
import type { Random } from '../../demo/drive/random';
import { FIX_INTERVAL_MS, type DrivenFix } from './drives';

/** What the service receives, and whether the trainer really was there. Fixes that arrive at the same moment are a batch. */
export interface ReceivedFix extends DrivenFix {
  readonly isTrue: boolean;
  readonly arrivesAt: number;
  /** By the phone's clock. */
  readonly capturedAt: number | null;
  readonly sentAt: number | null;
}

export type Fault = (piece: readonly DrivenFix[], random: Random) => ReceivedFix[];

const FALSE_ACCURACY_METERS = 10;

const asSent = (fix: DrivenFix): ReceivedFix => ({
  ...fix,
  isTrue: true,
  arrivesAt: fix.time,
  capturedAt: fix.time,
  sentAt: null,
});

const falseAt = ({ latitude, longitude }: GeoPoint, time: number): ReceivedFix => ({
  ...asSent({ latitude, longitude, accuracy: FALSE_ACCURACY_METERS, speed: null, time }),
  isTrue: false,
});

/** Anywhere between two distances, in any direction. */
const placeNear = (from: GeoPoint, random: Random, minMeters: number, maxMeters: number): GeoPoint =>
  movedAlong(from, random.between(0, 360), random.between(minMeters, maxMeters));

/** A place so far away that no speed of a car explains it. */
const farFrom = (from: GeoPoint, random: Random): GeoPoint => placeNear(from, random, 3000, 50_000);

/** As much of a false place as a receiver's noise lets it wander. */
const wandering = (place: GeoPoint, random: Random): GeoPoint =>
  movedAlong(place, random.between(0, 360), random.between(0, 3));

export const none: Fault = (piece) => piece.map(asSent);

/** A cold start: the first fixes are from where the phone was last. */
export const falseFirst =
  (count: number): Fault =>
  (piece, random) => {
    const place = farFrom(piece[0]!, random);
    const before = Array.from({ length: count }, (_, at) =>
      falseAt(wandering(place, random), piece[0]!.time - (count - at) * FIX_INTERVAL_MS),
    );
    return [...before, ...piece.map(asSent)];
  };

/** In the middle of a drive some fixes are from elsewhere. */
export const teleport =
  (count: number): Fault =>
  (piece, random) => {
    // Established: at least two minutes have been driven.
    const from = 24 + random.below(piece.length - 24 - count - 6);
    const place = farFrom(piece[from]!, random);
    return piece.map((fix, at) =>
      at >= from && at < from + count ? falseAt(wandering(place, random), fix.time) : asSent(fix),
    );
  };

/** The phone is silent while the car waits; its first fix after that is a false one that the time would allow. */
export const silenceThenFalse: Fault = (piece, random) => {
  const from = 12 + random.below(piece.length - 36);
  const silenceMs = random.between(120_000, 600_000);
  const reachMeters = (silenceMs / 3600_000) * 115_000;
  const place = placeNear(piece[from]!, random, Math.min(3000, 0.8 * reachMeters), reachMeters);
  const after = piece
    .slice(from + 1)
    .map((fix) => ({ ...fix, time: fix.time + silenceMs + FIX_INTERVAL_MS }));
  const falseTime = after[0]!.time - FIX_INTERVAL_MS;
  return [...piece.slice(0, from + 1).map(asSent), falseAt(place, falseTime), ...after.map(asSent)];
};

/** The receiver repeats one place, with fresh times, while the car goes on. */
export const stuck: Fault = (piece, random) => {
  const count = Math.round(random.between(15, 40) / 5);
  const from = 12 + random.below(piece.length - count - 18);
  const place = piece[from]!;
  return piece.map((fix, at) =>
    at > from && at <= from + count
      ? { ...asSent({ ...place, time: fix.time }), isTrue: false }
      : asSent(fix),
  );
};

/** The phone sends no times, and its network holds some requests up for seconds. */
export const datedByArrival: Fault = (piece, random) => {
  let lastArrival = -Infinity;
  return piece.map((fix) => {
    const delayMs = random.chance(0.05) ? random.between(2000, 6000) : random.between(50, 600);
    lastArrival = Math.max(lastArrival + 50, fix.time + delayMs);
    return { ...asSent(fix), arrivesAt: lastArrival, capturedAt: null };
  });
};

/**
 * A slow uplink and a clock that is wrong by up to an hour: a request takes up to eight seconds, and what is captured
 * meanwhile goes with the next one.
 */
export const slowUplink: Fault = (piece, random) => {
  const clockError = random.between(-3600_000, 3600_000);
  const received: ReceivedFix[] = [];
  let freeAt = -Infinity;
  for (let at = 0; at < piece.length;) {
    const sentAt = Math.max(piece[at]!.time, freeAt);
    freeAt = sentAt + random.between(100, random.chance(0.2) ? 8000 : 1500);
    for (; at < piece.length && piece[at]!.time <= sentAt; at += 1) {
      const fix = piece[at]!;
      received.push({
        ...asSent(fix),
        arrivesAt: freeAt,
        capturedAt: fix.time + clockError,
        sentAt: sentAt + clockError,
      });
    }
  }
  return received;
};
