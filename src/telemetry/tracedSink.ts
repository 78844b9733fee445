import type { Change } from '../domain/journey';
import type { DeliveryResult, EventSink } from '../events/ports';
import type { Tracing } from './tracing';

/** Traces each call to an event bus, and passes the trace on to it. */
export class TracedSink implements EventSink {
  readonly maxBatchSize: number;
  readonly destination: EventSink['destination'];

  constructor(
    private readonly sink: EventSink,
    private readonly tracing: Tracing,
  ) {
    this.maxBatchSize = sink.maxBatchSize;
    this.destination = sink.destination;
  }

  async deliver(changes: readonly Change[], signal: AbortSignal): Promise<readonly DeliveryResult[]> {
    const { destination } = this;
    const span = this.tracing.publishingStarted({ destination, count: changes.length });
    let failed = changes.length;
    try {
      const results = await this.sink.deliver(changes, signal, span.context);
      failed = results.filter(({ ok }) => !ok).length;
      return results;
    } finally {
      span.end(failed);
    }
  }

  close(): void {
    this.sink.close();
  }
}
