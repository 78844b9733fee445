import { MIN_ETA_MS } from '../src/domain/eta';
import { SHOWN_INTERVAL_MS, type Shown } from './replay';

const MINUTE_MS = 60_000;
/** Minutes before the end of a trip at which errors are taken. */
export const LEADS = [20, 10, 5, 2] as const;

export interface LeadFigures {
  readonly trips: number;
  readonly medianErrorSeconds: number;
  /** Mean of |error| ÷ time left. */
  readonly mapePercent: number;
}

export interface Figures {
  readonly trips: number;
  readonly leads: Readonly<Record<(typeof LEADS)[number], LeadFigures>>;
  readonly changesPer10Minutes: number;
  /** Share of moments at which the shown arrival was nearer than the least time that may be shown. */
  readonly inThePastPercent: number;
  /** Share of moments at which the interval contained the true arrival. */
  readonly coveragePercent: number;
  /** Share of moments at which the source was a router. */
  readonly routerPercent: number;
}

/** @param replays what was shown in each trip */
export function figuresOf(replays: readonly (readonly Shown[])[]): Figures {
  const all = replays.flat();
  const percentOf = (holds: (shown: Shown) => boolean): number =>
    (100 * all.filter(holds).length) / all.length;
  const arrival = ({ at, leftMs }: Shown): number => at + leftMs;
  return {
    trips: replays.length,
    leads: Object.fromEntries(
      LEADS.map((minutes) => [minutes, atLead(replays, minutes)]),
    ) as Figures['leads'],
    changesPer10Minutes:
      all.filter(({ hasChanged }) => hasChanged).length /
      ((all.length * SHOWN_INTERVAL_MS) / (10 * MINUTE_MS)),
    inThePastPercent: percentOf(({ at, eta }) => eta.arrivesAt < at + MIN_ETA_MS),
    coveragePercent: percentOf(
      (shown) => shown.eta.earliestAt <= arrival(shown) && arrival(shown) <= shown.eta.latestAt,
    ),
    routerPercent: percentOf(({ eta }) => eta.source === 'ROUTER'),
  };
}

function atLead(replays: readonly (readonly Shown[])[], minutes: number): LeadFigures {
  const errors = replays.flatMap((shown) => {
    const moment = shown.find(({ leftMs }) => leftMs <= minutes * MINUTE_MS);
    // A trip that begins later has no such moment.
    if (!moment || moment.leftMs < minutes * MINUTE_MS - 2 * SHOWN_INTERVAL_MS) return [];
    const errorMs = Math.abs(moment.eta.arrivesAt - (moment.at + moment.leftMs));
    return [{ seconds: errorMs / 1000, share: errorMs / moment.leftMs }];
  });
  const sorted = errors.map(({ seconds }) => seconds).sort((a, b) => a - b);
  return {
    trips: errors.length,
    medianErrorSeconds: sorted.length === 0 ? NaN : sorted[sorted.length >> 1]!,
    mapePercent: (100 * errors.reduce((sum, { share }) => sum + share, 0)) / errors.length,
  };
}
