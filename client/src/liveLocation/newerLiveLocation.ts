import type { WatchedLocationFieldsFragment } from '../generated/operations.js';

export type LiveLocation = WatchedLocationFieldsFragment & {
  /** For operators and trainers, by `useLiveLocations` alone: when the marker was last corrected; null: never. */
  readonly correctedAt?: string | null;
};
export type Location = NonNullable<LiveLocation['location']>;
export type Eta = NonNullable<LiveLocation['eta']>;

const startOf = ({ startedAt }: LiveLocation): number =>
  startedAt === null ? -Infinity : Date.parse(startedAt);

/**
 * The newer of two responses. Responses can overtake each other (two processes behind a load balancer, a replica that
 * lags), and a marker must never go back. Within a journey the version orders them; between journeys, their start. "No
 * journey" has no place in that order, so here it never replaces an active one; two of them in a row do, in the class
 * that keeps the state of a session.
 */
export function newerLiveLocation(shown: LiveLocation | null, incoming: LiveLocation): LiveLocation {
  if (!shown || shown.sessionId !== incoming.sessionId) return incoming;
  if (shown.journeyId === incoming.journeyId) return incoming.version < shown.version ? shown : incoming;
  if (incoming.journeyId === null) return shown.isActive ? shown : incoming;
  return startOf(incoming) < startOf(shown) ? shown : incoming;
}
