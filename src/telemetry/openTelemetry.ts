import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

import type { TracingConfig } from '../config/config';
import { IS_COMMON, OperationSampler } from './operationSampler';
import type { TracedAnswer, TracedCall, Tracing } from './tracing';

const POLLS: ReadonlySet<string> = new Set(['liveLocation', 'liveLocations']);
/** Of one request; a request with more is no longer told whole. */
const MOST_CALLS = 100;
const STOP_MS = 1000;

interface FinishedCall extends TracedCall {
  readonly endedAt: number;
}

/** What is known of a request under way. */
interface Course {
  readonly startedAt: number;
  readonly method: string;
  readonly caller: Context;
  /** null once it is answered: what goes on after that is its own affair. */
  calls: FinishedCall[] | null;
}

/** Epoch milliseconds, finer than Date.now. */
const now = (): number => performance.timeOrigin + performance.now();

/**
 * Traces over OTLP (HTTP, JSON). Spans are written when a request is answered, from what was noted in its course:
 * only then is it known which operation it was, and so whether it is one of those to be taken. Endpoint, headers,
 * resource and batches are the standard OTEL_* variables'.
 */
export class OpenTelemetryTracing implements Tracing {
  private readonly course = new AsyncLocalStorage<Course>();
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;

  constructor(config: TracingConfig) {
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'journey-service' }).merge(
        detectResources({ detectors: [envDetector] }),
      ),
      sampler: new OperationSampler(config),
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
    });
    this.tracer = this.provider.getTracer('journey-service');
  }

  arrived({ method = '', headers }: { method?: string; headers: IncomingHttpHeaders }): void {
    // Not `run`: the request's later events (its body) come outside of what the first one calls.
    this.course.enterWith({ startedAt: now(), method, caller: callerOf(headers), calls: [] });
  }

  called(call: TracedCall): void {
    const calls = this.course.getStore()?.calls;
    if (calls && calls.length < MOST_CALLS) calls.push({ ...call, endedAt: now() });
  }

  answered({ operation, code, path, status }: TracedAnswer): void {
    const course = this.course.getStore();
    if (!course?.calls) return;
    const { startedAt, method, caller, calls } = course;
    course.calls = null;
    const attributes: Attributes = {
      'http.request.method': method,
      'http.route': '/graphql',
      'http.response.status_code': status,
      'journey.operation': operation,
      'journey.code': code,
      'journey.path': path,
      [IS_COMMON]: code === 'OK' && POLLS.has(operation),
    };
    const name = `${method} /graphql ${operation}`;
    const span = this.tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, startTime: startedAt, attributes },
      caller,
    );
    if (span.isRecording()) {
      if (status >= 500 || code === 'STORE_UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR') {
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      const below = trace.setSpan(caller, span);
      for (const call of calls) this.writeCall(call, below);
    }
    span.end();
  }

  published({ count, failed, seconds }: { count: number; failed: number; seconds: number }): void {
    const span = this.tracer.startSpan(
      'publish application-events',
      {
        kind: SpanKind.PRODUCER,
        startTime: now() - seconds * 1000,
        attributes: {
          'messaging.system': 'eventbridge',
          'messaging.batch.message_count': count,
          'journey.failed': failed,
        },
      },
      ROOT_CONTEXT,
    );
    if (failed > 0) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }

  async stop(): Promise<void> {
    await Promise.race([
      this.provider.shutdown().catch(() => undefined),
      sleep(STOP_MS, undefined, { ref: false }),
    ]);
  }

  private writeCall({ system, operation, seconds, outcome, endedAt }: FinishedCall, parent: Context): void {
    const span = this.tracer.startSpan(
      `${system} ${operation}`,
      {
        kind: SpanKind.CLIENT,
        startTime: endedAt - seconds * 1000,
        attributes: { 'db.system.name': system, 'db.operation.name': operation, 'journey.outcome': outcome },
      },
      parent,
    );
    if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedAt);
  }
}

/** The caller's span, by the header of W3C Trace Context. */
function callerOf({ traceparent }: IncomingHttpHeaders): Context {
  const parts =
    typeof traceparent === 'string'
      ? /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent)
      : null;
  if (!parts) return ROOT_CONTEXT;
  const spanContext = {
    traceId: parts[1]!,
    spanId: parts[2]!,
    traceFlags: parseInt(parts[3]!, 16),
    isRemote: true,
  };
  return isSpanContextValid(spanContext) ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}
