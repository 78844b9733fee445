import type { IncomingHttpHeaders } from 'node:http';

import type { TracingConfig } from '../config/config';

export interface TracedCall {
  /** What was called: `redis`, `postgresql`. */
  readonly system: string;
  /** One of a list of ours, never a statement. */
  readonly operation: string;
  readonly seconds: number;
  /** `ok`, or what went wrong. */
  readonly outcome: string;
}

export interface TracedAnswer {
  /** Root fields. */
  readonly operation: string;
  readonly code: string;
  readonly path: string;
  readonly status: number;
  /** Since the request arrived. */
  readonly ms: number;
}

/** What a trace tells is told here and nowhere else: names of ours, times and counts; no id, no place, no token. */
export interface Tracing {
  /** A request arrived: what is called in its course belongs to it. */
  arrived(request: { readonly method?: string; readonly headers: IncomingHttpHeaders }): void;
  /** A store answered, or did not. */
  called(call: TracedCall): void;
  answered(answer: TracedAnswer): void;
  /** So many changes were handed to the event bus, in a call of its own trace; so many did not arrive. */
  published(delivery: { readonly count: number; readonly failed: number; readonly seconds: number }): void;
  /** Sends what is left. Takes at most a second. */
  stop(): Promise<void>;
}

/** null where tracing is off: then OpenTelemetry is not even loaded. */
export async function createTracing(config: TracingConfig): Promise<Tracing | null> {
  if (!config.on) return null;
  const { OpenTelemetryTracing } = await import('./openTelemetry.js');
  return new OpenTelemetryTracing(config);
}
