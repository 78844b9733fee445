import type { JourneyChange } from '../domain/journey';
import type { DeliveryResult, Sink } from '../events/ports';
import type { Tracing } from './tracing';

/** Tells of each call to the event bus. */
export class TracedSink implements Sink {
  constructor(
    private readonly sink: Sink,
    private readonly tracing: Tracing,
  ) {}

  async deliver(changes: readonly JourneyChange[], signal: AbortSignal): Promise<readonly DeliveryResult[]> {
    const startedAt = performance.now();
    let failed = changes.length;
    try {
      const results = await this.sink.deliver(changes, signal);
      failed = results.filter(({ ok }) => !ok).length;
      return results;
    } finally {
      const seconds = (performance.now() - startedAt) / 1000;
      this.tracing.published({ count: changes.length, failed, seconds });
    }
  }
}
