/** What a fleet has done since its start: for a status line. */
export interface FleetCounts {
  trainers: number;
  /** Now on the road. */
  active: number;
  started: number;
  /** Journeys that were active already, from before a restart. */
  resumed: number;
  arrived: number;
  /** Given up at the door: the service saw the trainer too far away. */
  stopped: number;
  /** Journeys that the service ended (deadline, cancellation), and sessions it refused to start. */
  left: number;
  fixesSent: number;
  batches: number;
  /** Requests whose fixes the service refused. */
  refusedFixes: number;
  rateLimited: number;
  /** Requests without an answer, or answered with an outage. */
  outages: number;
}

export function noCounts(trainers: number): FleetCounts {
  return {
    trainers,
    active: 0,
    started: 0,
    resumed: 0,
    arrived: 0,
    stopped: 0,
    left: 0,
    fixesSent: 0,
    batches: 0,
    refusedFixes: 0,
    rateLimited: 0,
    outages: 0,
  };
}
