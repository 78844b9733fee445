import type { Fix, PositionSource } from '@journey/client';
import { routePlaces } from '../../../demo/drive/route';
import { lastingStorage } from '../app/pageStorage';
import type { Place } from '../map/geometry';
import { departurePlace, Drive } from './drive';
import { fetchStreets } from './fetchStreets';

const FIX_INTERVAL_MS = 1000;
const START_METERS = 2200;
/** A departure older than a journey can be belongs to an earlier one. */
const FORGET_AFTER_MS = 3600_000;

export interface SimulatedPosition extends PositionSource {
  /** A new journey begins where the first one did, at the next watch. */
  readonly startOver: () => void;
}

/** A phone in a car that drives to `home` along real streets, from the moment somebody first watches it. */
export function simulatedPosition(sessionId: string, home: Place): SimulatedPosition {
  let plan: Promise<Drive> | undefined;
  const drive = () => (plan ??= planDrive(sessionId, home));
  return {
    id: 'simulated',
    watch(onFix, onProblem) {
      let timer: ReturnType<typeof setInterval> | undefined;
      let ended = false;
      drive().then(
        (planned) => {
          if (ended) return;
          const report = () => onFix(planned.fixAt(Date.now()));
          report();
          timer = setInterval(report, FIX_INTERVAL_MS);
        },
        () => {
          plan = undefined;
          if (!ended) onProblem('POSITION_UNAVAILABLE');
        },
      );
      return () => {
        ended = true;
        clearInterval(timer);
      };
    },
    async current(): Promise<Fix> {
      return (await drive()).fixAt(Date.now());
    },
    startOver() {
      plan = undefined;
      lastingStorage.remove(departureKey(sessionId));
    },
  };
}

const departureKey = (sessionId: string): string => `journey.drive.${sessionId}`;

async function planDrive(sessionId: string, home: Place): Promise<Drive> {
  const streets = await fetchStreets();
  const way = [...routePlaces(streets, departurePlace(sessionId, home, START_METERS), home), home];
  const stored = Number(lastingStorage.get(departureKey(sessionId)) ?? 0);
  const departedAtMs = Date.now() - stored < FORGET_AFTER_MS ? stored : Date.now();
  lastingStorage.set(departureKey(sessionId), String(departedAtMs));
  return new Drive(way, departedAtMs);
}
