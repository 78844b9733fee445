import type { Logger } from 'pino';

import type { Change } from '../domain/journey';
import { busEventOf } from './eventKinds';
import type { DeliveryResult, EventSink } from './ports';

/** Writes events to the log: for EVENTS=log, where there is no event bus. */
export class LogSink implements EventSink {
  readonly maxBatchSize = 100;
  readonly destination = { system: 'log', name: 'log' };

  constructor(private readonly logger: Logger) {}

  async deliver(changes: readonly Change[]): Promise<readonly DeliveryResult[]> {
    for (const change of changes) {
      const event = busEventOf(change);
      this.logger.info({ event }, event.type);
    }
    return changes.map(() => ({ ok: true }));
  }

  close(): void {}
}
