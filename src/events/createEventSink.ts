import type { Logger } from 'pino';

import type { Config } from '../config/config';
import { EventBridgeSink } from './eventBridge';
import { LogSink } from './logSink';
import type { EventSink } from './ports';

/** Where the settings send events; null when they are off. */
export function createEventSink(events: Config['events'], logger: Logger): EventSink | null {
  switch (events.mode) {
    case 'eventbridge':
      return new EventBridgeSink(events);
    case 'log':
      return new LogSink(logger);
    case 'off':
      return null;
  }
}
