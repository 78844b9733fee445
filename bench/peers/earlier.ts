// The earlier design: Apollo Server on Express. A poll reads the session through Prisma and then three keys of Redis,
// one after the other.
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express4';
import { PrismaPg } from '@prisma/adapter-pg';
import express from 'express';

import { toLiveLocation } from '../../src/domain/liveLocation';
import { mayRead, type Viewer } from '../../src/domain/viewer';
import { PrismaClient } from '../../src/generated/prisma/client';
import { Keys } from '../../src/redis/keys';
import { trustedDocument } from '../load/requests';
import { DateTime, typeDefs } from './schema';
import { endOnSignal, peerSettings } from './settings';

const { port, host, policy, databaseUrl, viewerOf, reader: redis } = peerSettings();
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: databaseUrl, max: 5 }) });
const keys = new Keys();

async function liveLocation(
  _root: unknown,
  { sessionId }: { sessionId: string },
  { viewer }: { viewer: Viewer },
) {
  const session = await prisma.session.findUnique({ where: { id: sessionId } });
  if (!session || !mayRead(viewer, session)) throw new Error('SESSION_NOT_FOUND');
  const ended = await redis.hgetall(keys.ended(sessionId));
  const active = await redis.hgetall(keys.active(sessionId));
  const fix = await redis.hgetall(keys.location(session.trainerId, sessionId));
  if (ended.id || !active.id) throw new Error('The bench polls active journeys only');
  const number = (text: string | undefined) => (text === undefined ? null : Number(text));
  return toLiveLocation(
    {
      sessionId,
      view: {
        kind: 'ACTIVE',
        now: Date.now(),
        journey: {
          id: active.id,
          sessionId,
          trainerId: session.trainerId,
          studentId: session.studentId,
          startedAt: Number(active.startedAt),
          expiresAt: Number(active.expiresAt),
          version: Number(active.version),
          state: 'EN_ROUTE',
        },
        home: { latitude: session.homeLatitude, longitude: session.homeLongitude },
        fix: fix.latitude
          ? {
              latitude: Number(fix.latitude),
              longitude: Number(fix.longitude),
              accuracy: number(fix.accuracy),
              heading: number(fix.heading),
              speed: number(fix.speed),
              capturedAt: Number(fix.capturedAt),
              receivedAt: Number(fix.receivedAt),
            }
          : null,
        ...{ stage: 'ON_THE_WAY', eta: null, alerts: [], trackingProblem: null },
        ...{ correctedAt: null, origin: [], trail: [], cached: null },
      },
      seesWholeWay: false,
    },
    policy,
  );
}

async function main(): Promise<void> {
  const { hash, text } = trustedDocument('LiveLocation');
  const apollo = new ApolloServer<{ viewer: Viewer }>({
    typeDefs,
    resolvers: { DateTime, Query: { liveLocation } },
    persistedQueries: {
      cache: {
        get: async (key) => (key.endsWith(hash) ? text : undefined),
        set: async () => undefined,
        delete: async () => false,
      },
    },
  });
  await apollo.start();
  const app = express();
  app.use(
    '/graphql',
    express.json(),
    expressMiddleware(apollo, {
      context: async ({ req }) => ({ viewer: await viewerOf(req.headers.authorization) }),
    }),
  );
  const server = createServer(app);
  server.keepAliveTimeout = 72_000;
  server.listen(port, host);
}

endOnSignal();
void main();
