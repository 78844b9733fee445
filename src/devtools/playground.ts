import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AltairConfigOptions } from 'altair-static';
import type { FastifyInstance } from 'fastify';

import { importOptional, installationHint } from './optionalPackages';
import { playgroundOperations, type PlaygroundTarget } from './playgroundOperations';

/** A user whose token the requests can carry. */
export interface PlaygroundViewer {
  /** As shown in the list of environments. */
  readonly name: string;
  readonly token: string;
  /** The session that this viewer reads. */
  readonly sessionId: string;
  readonly trainerId: string;
}

export interface PlaygroundExample {
  /** The first one is selected at the start. */
  readonly viewers: readonly PlaygroundViewer[];
  readonly target: PlaygroundTarget;
}

export interface PlaygroundOptions {
  /** Called at each request for the collection; without it, the collection has placeholders. */
  readonly example?: () => PlaygroundExample;
}

/** A path of its own, so that no file of the package can hide a route of the service. */
const FOLDER = '/playground/';

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "base-uri 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** For the frame that runs the scripts that users write before and after a request: only there is eval allowed. */
const SCRIPT_FRAME_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "base-uri 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** `GET /`: Altair, a GraphQL playground, with all its files. Production installations leave its packages out. */
export async function addPlayground(
  fastify: FastifyInstance,
  { example = placeholders }: PlaygroundOptions,
): Promise<void> {
  const packages = await importOptional(() =>
    Promise.all([import('altair-static'), import('@fastify/static')]),
  );
  if (!packages) {
    fastify.get('/', async (_request, reply) => reply.code(501).send(installationHint('The playground')));
    return;
  }
  const [altair, { default: fastifyStatic }] = packages;

  const page = altair.renderAltair({ baseURL: FOLDER, serveInitialOptionsInSeperateRequest: 'start.mjs' });
  fastify.get('/', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', PAGE_POLICY)
      .send(page),
  );
  const startScript = await readFile(join(__dirname, 'playgroundStart.mjs'));
  fastify.get(`${FOLDER}start.mjs`, async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(startScript),
  );
  fastify.get(`${FOLDER}collection.json`, async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(collection(example())),
  );
  await fastify.register(fastifyStatic, {
    root: altair.getDistDirectory(),
    prefix: FOLDER,
    decorateReply: false,
    index: false,
    setHeaders: (reply, path) => {
      if (altair.isSandboxFrame(path) && path.endsWith('.html')) {
        reply.setHeader('content-security-policy', SCRIPT_FRAME_POLICY);
      }
    },
  });
}

/** Altair's options: a window for every operation, an environment for every viewer. */
function collection({ viewers, target }: PlaygroundExample): AltairConfigOptions {
  const environments = viewers.map(({ name, ...variables }) => ({ id: name, title: name, variables }));
  const options: AltairConfigOptions = {
    initialWindows: playgroundOperations(target).map(({ name, query, variables }) => ({
      initialName: name,
      endpointURL: '/graphql',
      initialQuery: query,
      initialVariables: JSON.stringify(variables, null, 2),
      initialHeaders: { Authorization: 'Bearer {{token}}' },
    })),
    initialEnvironments: { activeSubEnvironment: viewers[0]?.name, subEnvironments: environments },
    initialSettings: { theme: 'system', 'alert.disableUpdateNotification': true, 'banners.disable': true },
    // An account would need Altair's own servers.
    disableAccount: true,
  };
  // The browser's stored state takes precedence over these options. A demo that was restarted has other tokens and
  // sessions, so it must not load the state of the last one. The journey that a viewer watches changes with each arrival,
  // and the user's own queries must survive that.
  const identity = [options.initialWindows, viewers.map(({ token }) => token)];
  const version = createHash('sha256').update(JSON.stringify(identity)).digest('base64url').slice(0, 12);
  return { ...options, instanceStorageNamespace: `playground_${version}_` };
}

/** The example where there is no demo. `npm run seed` books this session. */
function placeholders(): PlaygroundExample {
  const session = { sessionId: 'session-00001', trainerId: 'trainer-00001' };
  return {
    viewers: ['student', 'trainer', 'operator'].map((role) => ({
      name: role,
      token: `a token of npm run token -- --sub ${role}-00001 --role ${role}`,
      ...session,
    })),
    target: { sessionId: session.sessionId, home: { latitude: 41.8827, longitude: -87.6475 } },
  };
}
