import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

import type { TracingConfig } from '../config/config';
import { IS_SUCCESSFUL_POLL, OperationSampler } from './operationSampler';
import type { PublishingSpan, TracedCall, TracedRequest, Tracing } from './tracing';

const POLLS: ReadonlySet<string> = new Set(['liveLocation', 'liveLocations']);
/** The most calls of one request that a trace contains. */
const MAX_CALLS = 100;
const STOP_MS = 1000;

interface EndedCall extends TracedCall {
  readonly endedAt: number;
}

/** What is known of a request while it is handled. */
interface RequestTrace {
  readonly startedAt: number;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** null once the request has ended: later calls do not belong to it. */
  calls: EndedCall[] | null;
}

/** Epoch milliseconds with a higher resolution than Date.now. */
const now = (): number => performance.timeOrigin + performance.now();

/**
 * Traces over OTLP (HTTP, JSON). Spans are created when a request has ended, from what was noted while it was handled:
 * only then is its operation known, and so whether it is sampled. Endpoint, headers, resource and batches come from
 * the standard OTEL_* variables.
 */
export class OpenTelemetryTracing implements Tracing {
  private readonly requests = new AsyncLocalStorage<RequestTrace>();
  private readonly propagator = new W3CTraceContextPropagator();
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

  requestStarted({ method = '', headers }: { method?: string; headers: IncomingHttpHeaders }): void {
    // Not `run`, because the request's later events (its body) are not emitted within the call of the first one.
    this.requests.enterWith({ startedAt: now(), method, headers, calls: [] });
  }

  callEnded(call: TracedCall): void {
    const calls = this.requests.getStore()?.calls;
    if (calls && calls.length < MAX_CALLS) calls.push({ ...call, endedAt: now() });
  }

  requestEnded({ operation, code, path, status }: TracedRequest): void {
    const request = this.requests.getStore();
    if (!request?.calls) return;
    const { startedAt, method, headers, calls } = request;
    request.calls = null;
    const attributes: Attributes = {
      'http.request.method': method,
      'http.route': '/graphql',
      'http.response.status_code': status,
      'journey.operation': operation,
      'journey.code': code,
      'journey.path': path,
      [IS_SUCCESSFUL_POLL]: code === 'OK' && POLLS.has(operation),
    };
    const caller = this.propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const span = this.tracer.startSpan(
      `${method} /graphql ${operation}`,
      { kind: SpanKind.SERVER, startTime: startedAt, attributes },
      caller,
    );
    if (span.isRecording()) {
      if (status >= 500 || code === 'STORE_UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR') {
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      const parent = trace.setSpan(caller, span);
      for (const call of calls) this.writeCall(call, parent);
    }
    // By the clock of its start and of its calls: the SDK's own would be whole milliseconds.
    span.end(now());
  }

  publishingStarted({ destination, count }: Parameters<Tracing['publishingStarted']>[0]): PublishingSpan {
    const span = this.tracer.startSpan(
      `publish ${destination.name}`,
      {
        kind: SpanKind.PRODUCER,
        attributes: {
          'messaging.system': destination.system,
          'messaging.destination.name': destination.name,
          'messaging.operation.name': 'publish',
          'messaging.batch.message_count': count,
        },
      },
      ROOT_CONTEXT,
    );
    return {
      context: { xrayHeader: xrayHeaderOf(span.spanContext()) },
      end: (failed) => {
        span.setAttribute('journey.failed', failed);
        if (failed > 0) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }

  async stop(): Promise<void> {
    await Promise.race([
      this.provider.shutdown().catch(() => undefined),
      sleep(STOP_MS, undefined, { ref: false }),
    ]);
  }

  private writeCall({ system, operation, seconds, outcome, endedAt }: EndedCall, parent: Context): void {
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

/** A W3C trace id, as AWS X-Ray splits it: 8 digits of time and 24 of randomness. */
function xrayHeaderOf({ traceId, spanId, traceFlags }: SpanContext): string {
  const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${isSampled ? 1 : 0}`;
}
