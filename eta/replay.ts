import { etaAt, type Eta } from '../src/domain/eta';
import type { GeoPoint } from '../src/domain/geo';
import { partitionOf } from '../src/redis/keys';
import { FIX_INTERVAL_MS, type DrivenFix } from '../test/road/drives';
import type { VirtualStore } from './virtualStore';

/** A drive to its last place, where it ends. */
export interface Trip {
  readonly name: string;
  readonly fixes: readonly DrivenFix[];
  /** Travel time from a fix to the end, s, as a road router would give it; null: it gives none. */
  readonly router: ((fix: DrivenFix) => Promise<number | null>) | null;
}

/** What a student was shown at one moment. */
export interface Shown {
  /** Until the true arrival. */
  readonly leftMs: number;
  readonly at: number;
  readonly eta: Eta;
  /** Whether a new value was published since the moment before. */
  readonly hasChanged: boolean;
}

/** What was shown in each of the trips. */
export async function replayAll(virtual: VirtualStore, trips: readonly Trip[]): Promise<Shown[][]> {
  const shown: Shown[][] = [];
  for (const trip of trips) shown.push(await replay(virtual, trip));
  return shown;
}

/** Plays a trip through the service's own steps, with a poll after each fix. */
async function replay(virtual: VirtualStore, { name, fixes, router }: Trip): Promise<Shown[]> {
  const [first, end] = [fixes[0]!, fixes.at(-1)!];
  const home: GeoPoint = { latitude: end.latitude, longitude: end.longitude };
  const shiftMs = Math.round(virtual.nextTime - first.time);
  const arrivalAt = Math.round(end.time) + shiftMs;
  const sessionId = `${name.replace(/[^\w.-]/g, '-')}-${router ? 'routed' : 'estimated'}`;
  await virtual.start(sessionId, home, Math.round(first.time) + shiftMs);

  const shown: Shown[] = [];
  let last: Eta | null = null;
  for (const fix of fixes.slice(0, -1)) {
    const at = Math.round(fix.time) + shiftMs;
    // One round trip, as they are executed in this order.
    const [, , turns, before] = await Promise.all([
      virtual.setClock(at),
      virtual.store.update({
        sessionId,
        trainerId: sessionId,
        points: [{ ...fix, heading: null, capturedAt: at }],
        sentAt: at,
      }),
      router ? virtual.turns.take(partitionOf(sessionId), 100) : [],
      virtual.snapshot(sessionId),
    ]);
    const turn = turns.find((taken) => taken.sessionId === sessionId);
    const seconds = turn && router ? await router(fix) : null;
    if (turn && seconds !== null) await virtual.turns.answer(turn, seconds);
    const { eta } = seconds === null ? before : await virtual.snapshot(sessionId);
    if (!eta) continue;
    const hasChanged = last !== null && eta.arrivesAt !== last.arrivesAt;
    shown.push({ leftMs: arrivalAt - at, at, eta: etaAt(eta, at, 0), hasChanged });
    last = eta;
  }
  await virtual.stop(sessionId);
  return shown;
}

/** Between two moments that are shown. */
export const SHOWN_INTERVAL_MS = FIX_INTERVAL_MS;
