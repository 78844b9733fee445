import type { IncomingHttpHeaders } from 'node:http';

import type { EventSink, TraceContext } from '../events/ports';

export interface TracedCall {
  /** What was called: `redis`, `postgresql`. */
  readonly system: string;
  /** A name from our own code, never a statement. */
  readonly operation: string;
  readonly seconds: number;
  /** `ok`, or what went wrong. */
  readonly outcome: string;
}

export interface TracedRequest {
  /** Root fields. */
  readonly operation: string;
  readonly code: string;
  readonly path: string;
  readonly status: number;
}

export interface PublishingSpan {
  readonly context: TraceContext;
  /** `failed`: how many changes were not delivered. */
  end(failed: number): void;
}

/**
 * The only place that decides what a trace contains: names from our own code, times and counts, but no id, coordinate
 * or token.
 */
export interface Tracing {
  /** A request arrived: the calls made while it is handled belong to it. */
  requestStarted(request: { readonly method?: string; readonly headers: IncomingHttpHeaders }): void;
  /** A call to a store ended. */
  callEnded(call: TracedCall): void;
  requestEnded(request: TracedRequest): void;
  /** Changes are being delivered to an event bus, in a call that has a trace of its own. */
  publishingStarted(delivery: {
    readonly destination: EventSink['destination'];
    readonly count: number;
  }): PublishingSpan;
  /** Sends what is left. Takes at most one second. */
  stop(): Promise<void>;
}
