import type { Policy } from '../domain/policy';

/** Everything that the environment decides, checked and frozen. */
export interface Config {
  readonly production: boolean;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Answers the documents of the client package alone (`graphql/trusted-documents/`). */
    readonly trustedDocumentsOnly: boolean;
    /** Origins whose pages may ask from a browser. */
    readonly corsOrigins: readonly string[];
    /** Of one trainer or student, by this process; null: no limit. */
    readonly requestsPerMinute: number | null;
    /** The median delay of the event loop beyond which requests are refused; null: never. */
    readonly maxEventLoopDelayMs: number | null;
    /** How long a stopping process still answers, so that the balancer learns that it is not ready. */
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
  };
  readonly auth: AuthConfig;
  readonly events: {
    readonly mode: 'eventbridge' | 'log' | 'off';
    readonly busName: string;
    readonly region: string | undefined;
    /** Most undelivered changes that one of the 64 partitions keeps; beyond it the oldest go. */
    readonly outboxMaxLength: number;
  };
  readonly tracing: TracingConfig;
  readonly log: {
    readonly level: LogLevel;
  };
  readonly policy: Policy;
}

/** Where traces go, the exporter reads from the standard OTEL_* variables itself. */
export interface TracingConfig {
  readonly on: boolean;
  /** The share of requests whose trace is sent, 0 to 1. */
  readonly ratio: number;
  /** Of that, the share of polls that went well. */
  readonly commonShare: number;
  /** Whether a caller's own decision in its `traceparent` header holds instead. */
  readonly followsCallers: boolean;
}

export interface AuthConfig {
  /** HS256 secrets, the current one first; a former one stays good while its tokens live. */
  readonly secrets: readonly string[];
  readonly jwksUrl: string | undefined;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
