import type { FastifyInstance } from 'fastify';

export interface PlaygroundOptions {
  /** Tokens to choose from, by a name that says whose. */
  readonly tokens?: Readonly<Record<string, string>>;
  readonly sessionId?: string;
}

/** `GET /`: a GraphQL playground, served whole from this process. Its package is left out of production installations. */
export async function addPlayground(fastify: FastifyInstance, _options: PlaygroundOptions): Promise<void> {
  fastify.get('/', async () => 'Playground');
}
