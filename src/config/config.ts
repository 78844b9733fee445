import type { Policy } from '../domain/policy';
import type { RouterTarget } from '../router/routerUrl';

/** All settings from the environment, checked and frozen. */
export interface Config {
  readonly production: boolean;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Whether only the documents of the client package are executed (`graphql/trusted-documents/`). */
    readonly trustedDocumentsOnly: boolean;
    /** Origins whose pages may send requests from a browser (CORS). */
    readonly corsOrigins: readonly string[];
    /** Limit for each user in this process; null: no limit. */
    readonly requestsPerMinute: number | null;
    /** Requests are refused while the median delay of the event loop is greater; null: never. */
    readonly maxEventLoopDelayMs: number | null;
    /** How long a stopping process still serves, so that the load balancer notices that it is not ready. */
    readonly drainDelayMs: number;
  };
  readonly metrics: {
    /** null: not served. */
    readonly port: number | null;
    /** The clients that have labels of their own, by their header `apollographql-client-name`. */
    readonly clientNames: readonly string[];
  };
  readonly redis: {
    readonly url: string;
    /** Deadline of one command. */
    readonly timeoutMs: number;
  };
  readonly database: {
    readonly url: string;
    /** Journeys and lines of the access log are deleted when they are older. */
    readonly retentionDays: number;
  };
  readonly auth: AuthConfig;
  readonly events: {
    readonly mode: EventMode;
    readonly busName: string;
    /** The AWS region; always set when the mode is `eventbridge`. */
    readonly region: string | undefined;
    /** Most undelivered changes in one of the 64 partitions; beyond it the oldest are removed. */
    readonly outboxMaxLength: number;
  };
  /** null: no router is asked, and every ETA is our own estimate. */
  readonly router: RouterConfig | null;
  readonly tracing: TracingConfig;
  readonly log: {
    readonly level: LogLevel;
  };
  readonly policy: Policy;
}

export interface RouterConfig {
  readonly target: RouterTarget;
  /** The AWS region; always set when the target is Amazon's. */
  readonly region: string | undefined;
  /** Between two calls for one journey. */
  readonly intervalMs: number;
  /** Deadline of one call. */
  readonly timeoutMs: number;
}

/** The exporter itself reads the endpoint from the standard OTEL_* variables. */
export interface TracingConfig {
  readonly on: boolean;
  /** The share of requests that are traced, 0 to 1. */
  readonly ratio: number;
  /** The share of successful polls that are traced is `ratio` times this. */
  readonly pollRatio: number;
  /** Whether the sampling decision in a caller's `traceparent` header applies instead. */
  readonly parentBased: boolean;
}

export interface AuthConfig {
  /** HS256 secrets, the current one first; tokens of the previous one stay valid until they expire. */
  readonly secrets: readonly string[];
  readonly jwksUrl: string | undefined;
  /** Whether a token must say when it expires. */
  readonly requireExp: boolean;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  /** The claim that lists the students of a guardian. */
  readonly studentsClaim: string;
  /** Wrong secrets of shares of one session, in this process; further ones are refused as RATE_LIMITED. */
  readonly shareGuessesPerMinute: number;
}

/** `eventbridge` and `log` are sinks; with `off` no event is appended. */
export const eventModes = ['eventbridge', 'log', 'off'] as const;
export type EventMode = (typeof eventModes)[number];

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
