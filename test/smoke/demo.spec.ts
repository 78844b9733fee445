import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/freePort';
import { descendantsOf, isAlive } from '../support/processes';
import { build, Program, runProgram } from '../support/program';

beforeAll(build, 60_000);

/** A port that is in use until it is released. */
const reservePort = (): Promise<{ port: number; release: () => Promise<void> }> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        release: () => new Promise((released) => server.close(() => released())),
      }),
    );
  });

describe('The demo', () => {
  it('simulates trainers whom their students see moving, and ends with all its processes on Ctrl-C', async () => {
    const port = await freePort();
    const demo = new Program('demo/main.ts', ['--trainers', '3'], { PORT: String(port) });
    try {
      const [query, token, url] = await Promise.all([
        demo.printed(/-d '(\{.*\})'/),
        demo.printed(/student {2}student-00001: (\S+)\n/),
        demo.printed(/API\s+(\S+)\n/),
      ]);
      expect(url).toBe(`http://localhost:${port}/graphql`);

      const poll = async (): Promise<string> => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: query,
        });
        const { data } = (await response.json()) as {
          data: { liveLocation: { location: object | null } } | null;
        };
        // A demo that has just begun may still answer that a store is unavailable.
        return JSON.stringify(data?.liveLocation.location ?? null);
      };
      const places = new Set<string>();
      for (let deadline = Date.now() + 25_000; places.size < 3 && Date.now() < deadline; await sleep(500)) {
        const place = await poll();
        if (place !== 'null') places.add(place);
      }
      expect(places.size).toBeGreaterThanOrEqual(3);

      const started = descendantsOf(demo.pid);
      expect(started.length).toBeGreaterThan(2);
      demo.kill('SIGINT');
      demo.kill('SIGINT');
      // It also says that this took less than 9 s: after that the demo ends with code 1.
      await expect(demo.result()).resolves.toMatchObject({ code: 0 });
      expect(started.filter(isAlive)).toEqual([]);
    } finally {
      demo.kill('SIGKILL');
    }
  }, 60_000);

  it.each([
    ['npm gets SIGTERM', 'npm', 'SIGTERM'],
    ['the terminal of npm is closed', 'npm', 'SIGHUP'],
    ['npm is killed', 'npm', 'SIGKILL'],
    ['the shell of npm is killed', 'shell', 'SIGKILL'],
  ] as const)(
    'leaves no process behind when %s',
    async (_, target, signal) => {
      const port = await freePort();
      const args = ['run', 'demo', '--', '--trainers', '1', '--no-map'];
      const npm = new Program('npm', args, { PORT: String(port) });
      let started: number[] = [];
      try {
        await npm.printed(/API\s+(\S+)\n/);
        started = descendantsOf(npm.pid);
        // The shell, the service, Redis and PostgreSQL with a keeper each, and the processes of PostgreSQL.
        expect(started.length).toBeGreaterThan(6);
        if (target === 'npm') npm.kill(signal);
        else process.kill(started[0]!, signal);
        for (const deadline = Date.now() + 10_000; started.some(isAlive); await sleep(50)) {
          if (Date.now() > deadline) throw new Error(`Still running: ${started.filter(isAlive).join()}`);
        }
      } finally {
        for (const pid of started.filter(isAlive)) process.kill(pid, 'SIGKILL');
        npm.kill('SIGKILL');
      }
    },
    60_000,
  );

  it('reports that the port is in use, and what to do', async () => {
    const { port, release } = await reservePort();
    const { code, stderr } = await runProgram('demo/main.ts', [], { PORT: String(port) });
    await release();
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} is taken. Choose another: PORT=${port + 1} npm run demo`);
    expect(stderr).not.toContain('    at ');
  });

  it.each([
    [['--trainers', '0'], {}, '--trainers must be a whole number'],
    [[], { POLL_INTERVAL_MS: 'often' }, 'POLL_INTERVAL_MS'],
  ])('%j %j: says %s', async (args, env, message) => {
    const { code, stderr } = await runProgram('demo/main.ts', args, env);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
