import type { Logger } from 'pino';

import type { JourneyChange } from '../domain/journey';
import { busEventOf } from './busEvent';
import type { DeliveryResult, Sink } from './ports';

/** Writes events to the log: for EVENTS=log, where there is no bus. */
export class LogSink implements Sink {
  constructor(private readonly logger: Logger) {}

  async deliver(changes: readonly JourneyChange[]): Promise<readonly DeliveryResult[]> {
    for (const change of changes) {
      const event = busEventOf(change);
      this.logger.info({ event }, event.type);
    }
    return changes.map(() => ({ ok: true }));
  }
}
