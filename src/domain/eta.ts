/** ROUTER: a road router's travel time. ESTIMATE: our own, by distance. */
export type EtaSource = 'ROUTER' | 'ESTIMATE';

/** When the trainer is expected. All times are epoch ms. */
export interface Eta {
  readonly arrivesAt: number;
  /** The arrival lies between these two in 8 of 10 journeys. */
  readonly earliestAt: number;
  readonly latestAt: number;
  readonly source: EtaSource;
  readonly computedAt: number;
}

/** Nobody is shown an arrival that is nearer than this: such a promise would be broken at once. */
export const MIN_ETA_MS = 60_000;

/**
 * The stored ETA as it is shown at `now`: neither in the past nor about to be. `silenceMs` is 0 unless the signal is
 * LOST, and then the time since the newest fix: what is not known of the way since then makes a late arrival likelier.
 */
export function etaAt(stored: Eta, now: number, silenceMs: number): Eta {
  const arrivesAt = Math.max(stored.arrivesAt, now + MIN_ETA_MS);
  return {
    arrivesAt,
    earliestAt: Math.min(arrivesAt, Math.max(stored.earliestAt, now)),
    latestAt: Math.max(arrivesAt, stored.latestAt + silenceMs),
    source: stored.source,
    computedAt: stored.computedAt,
  };
}
