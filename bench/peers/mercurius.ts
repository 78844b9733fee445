// Mercurius with JIT, doing the same work behind the same token check.
import fastify from 'fastify';
import mercurius, { type MercuriusContext } from 'mercurius';

import type { Viewer } from '../../src/domain/viewer';
import { trustedDocument, type OperationName } from '../load/requests';
import { DateTime, typeDefs } from './schema';
import { endOnSignal, peerSettings } from './settings';
import { BareSteps } from './steps';

const { port, host, policy, viewerOf, reader, writer } = peerSettings();
const steps = new BareSteps(reader, writer, policy);

const operations: OperationName[] = ['LiveLocation', 'UpdateLocation'];
const textByHash = Object.fromEntries(
  operations.map((name) => trustedDocument(name)).map(({ hash, text }) => [hash, text]),
);

interface PersistedRequest {
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash: string } };
}

const server = fastify({ logger: false, keepAliveTimeout: 72_000 });
declare module 'mercurius' {
  interface MercuriusContext {
    readonly viewer: Viewer;
  }
}

void server.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    DateTime,
    Query: {
      liveLocation: (_root: unknown, { sessionId }: { sessionId: string }, { viewer }: MercuriusContext) =>
        steps.poll(viewer, sessionId),
    },
  },
  context: async (request) => ({ viewer: await viewerOf(request.headers.authorization) }),
  // Compiled from the first request on.
  jit: 1,
  persistedQueryProvider: {
    isPersistedQuery: (request: PersistedRequest) => request.extensions?.persistedQuery !== undefined,
    isPersistedQueryRetry: () => false,
    getHash: (request: PersistedRequest) => request.extensions!.persistedQuery!.sha256Hash,
    getQueryFromHash: async (hash: string) => textByHash[hash]!,
  },
});
void server.listen({ port, host });
endOnSignal();
