import type { FastifyInstance } from 'fastify';

export type StoreState = 'up' | 'down';

export interface Health {
  /** Whether the process serves requests: not before its start is complete, and not while it drains. */
  readonly serving: () => boolean;
  /** Checks them now: there may have been no other traffic for long. */
  readonly stores: () => Promise<{ readonly redis: StoreState; readonly database: StoreState }>;
}

/**
 * `GET /health/live` depends on nothing. `GET /health/ready` is 503 before the process can serve and while it
 * drains; the states of the stores are in its body only: an outage of a store affects every process at once,
 * and an orchestrator that took it for a failure of the processes would kill them all.
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
