import type { Logger } from 'pino';

import type { RouterConfig } from '../config/config';
import type { RouterTurn, RouterTurns } from '../domain/router';
import { createRouter } from './createRouter';
import { RouterCalls, type RouterCall } from './routerCalls';
import { RouterWorker } from './routerWorker';

/** For metrics. */
export interface RouterObserver {
  called(call: RouterCall): void;
  turnTaken(turn: RouterTurn): void;
  /** Whether the breaker is open, asked at each scrape. */
  watchBreaker(isOpen: () => boolean): void;
}

export interface RouterWorkerParts {
  readonly turns: RouterTurns;
  readonly partitions: readonly string[];
  readonly observer: RouterObserver;
  readonly logger: Logger;
}

/** The worker that asks the configured router. Its log lines hold neither an id nor a coordinate. */
export async function createRouterWorker(
  { target, region, intervalMs, timeoutMs }: RouterConfig,
  { turns, partitions, observer, logger }: RouterWorkerParts,
): Promise<RouterWorker> {
  const calls = new RouterCalls({
    router: await createRouter(target, region),
    timeoutMs,
    onCall: (call) => observer.called(call),
    onUnavailable: ({ failure, reason }) =>
      logger.warn(
        { failure, reason },
        'The router is unavailable: its last answers are used while they are fresh, then the estimate',
      ),
    onAvailable: () => logger.info('The router answers again'),
  });
  observer.watchBreaker(() => calls.isUnavailable);
  return new RouterWorker({
    calls,
    turns,
    partitions,
    intervalMs,
    onTurn: (turn) => observer.turnTaken(turn),
    onError: (error) =>
      logger.warn({ err: error }, 'Router turns were not taken or an answer not stored; later turns are'),
  });
}
