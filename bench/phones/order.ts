/** What the process of the phones has to do. */
export interface PhonesOrder {
  readonly url: string;
  readonly databaseUrl: string;
  readonly journeys: number;
  /** How long is measured, after the seconds in which the server is cold. */
  readonly seconds: number;
}

export interface Percentiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface PhonesFound {
  /** Ticks of all schedules. */
  readonly ticks: number;
  /** Ticks without a correct response before the same phone's next tick. */
  readonly missedTicks: number;
  /** Error responses by code, and successful ones with wrong data. */
  readonly errors: Readonly<Record<string, number>>;
  /** From the intended time of the request to the end of its response. */
  readonly polls: Percentiles;
  readonly updates: Percentiles;
  readonly all: Percentiles;
  /** Of all that was due in the seconds before those, while the process was cold. */
  readonly cold: Percentiles;
  /** How late the phones' own process ran its timers, which is part of the latencies above: 99.9th percentile. */
  readonly ownDelayP999Ms: number;
  /** By the second in which the requests were due, the cold ones first. */
  readonly overTime: readonly {
    readonly second: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly maxMs: number;
  }[];
}

export type PhonesReply = { readonly kind: 'begin' } | { readonly kind: 'end'; readonly found: PhonesFound };

export const phonesReply = (reply: PhonesReply): PhonesReply => reply;
