import type { FastifyInstance } from 'fastify';

import { importOptional, installationHint } from './optionalPackages';

export interface MapOptions {
  /** The folder of the built live map; null when it was not built. */
  readonly folder: string | null;
  /** The demo's sessions, and tokens for them. */
  readonly demo: () => object;
}

/** `GET /map/`: the demo's live map, with all its files. Only the demo serves it. */
export async function addMap(fastify: FastifyInstance, { folder, demo }: MapOptions): Promise<void> {
  fastify.get('/map/demo.json', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(demo()),
  );
  if (folder === null) return;
  fastify.get('/map', async (_request, reply) => reply.redirect('/map/'));
  const files = await importOptional(() => import('@fastify/static'));
  if (!files) {
    fastify.get('/map/', async (_request, reply) => reply.code(501).send(installationHint('The live map')));
    return;
  }
  await fastify.register(files.default, { root: folder, prefix: '/map/', decorateReply: false });
}
