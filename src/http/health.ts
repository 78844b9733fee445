import type { FastifyInstance } from 'fastify';

export type StoreState = 'up' | 'down';

export interface Health {
  /** Whether the process takes requests: not before it is built up, and not while it drains. */
  readonly serving: () => boolean;
  /** Asks them now: nobody else may have for long. */
  readonly stores: () => Promise<{ readonly redis: StoreState; readonly database: StoreState }>;
}

/**
 * `GET /health/live` depends on nothing. `GET /health/ready` is 503 before the process can serve and while it
 * drains; the stores' states are in its body alone, for an outage of a store hits every process at once, and
 * an orchestrator that took it for theirs would kill them all.
 */
export function addHealthRoutes(fastify: FastifyInstance, { serving, stores }: Health): void {
  fastify.get('/health/live', async () => ({ status: 'live' }));
  fastify.get('/health/ready', async (_request, reply) => {
    const ready = serving();
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', stores: await stores() });
  });
}
