import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type * as Pg from 'pg';
import { inject } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const load = createRequire(join(root, 'package.json'));
load('./scripts/typescript.cjs');

interface BookedSession {
  id: string;
  trainerId: string;
  studentId: string;
  status: 'SCHEDULED' | 'CONFIRMED' | 'COMPLETED' | 'CANCELLED';
  scheduledAt: number;
  home: { latitude: number; longitude: number };
}

export type Role = 'trainer' | 'student' | 'operator' | 'service';

/** A session of its own for each test, and a token for each who has to do with it. */
export interface Booking extends BookedSession {
  readonly tokens: { trainer: string; student: string };
}

const secret = randomBytes(32).toString('base64url');

export function token(sub: string, role: Role, ttlSeconds = 3600): Promise<string> {
  const { signToken } = load('./demo/signToken.ts') as {
    signToken(
      signer: { secret: string },
      wanted: { sub: string; role: Role; ttlSeconds: number },
    ): Promise<string>;
  };
  return signToken({ secret }, { sub, role, ttlSeconds });
}

export async function book(facts: Partial<BookedSession> = {}): Promise<Booking> {
  const name = randomUUID();
  const session: BookedSession = {
    id: `session-${name}`,
    trainerId: `trainer-${name}`,
    studentId: `student-${name}`,
    status: 'CONFIRMED',
    scheduledAt: Date.now() + 600_000,
    home: { latitude: 41.88, longitude: -87.63 },
    ...facts,
  };
  const { Client } = load('pg') as typeof Pg;
  const { bookSessions } = load('./demo/bookings.ts') as {
    bookSessions(client: object, sessions: BookedSession[]): Promise<void>;
  };
  const client = new Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  await bookSessions(client, [session]).finally(() => client.end());
  const [trainer, student] = await Promise.all([
    token(session.trainerId, 'trainer'),
    token(session.studentId, 'student'),
  ]);
  return { ...session, tokens: { trainer, student } };
}

/** The built service as a process of its own, which can be killed and started again at the same address. */
export class Service {
  private constructor(
    private readonly settings: Record<string, string>,
    private process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<Service> {
    const { child, url } = await serve(settings, '0');
    return new Service(settings, child, url);
  }

  get graphqlUrl(): string {
    return `${this.url}/graphql`;
  }

  /** As a crash does: nothing is said, nothing is finished. */
  async kill(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  async startAgain(): Promise<void> {
    this.process = (await serve(this.settings, new URL(this.url).port)).child;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.kill();
  }
}

async function serve(
  settings: Record<string, string>,
  port: string,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      REDIS_URL: inject('redisUrl'),
      DATABASE_URL: inject('databaseUrl'),
      AUTH_JWT_SECRET: secret,
      HOST: '127.0.0.1',
      PORT: port,
      EVENTS: 'off',
      ...settings,
    },
  });
  // Ends with the tests, however they end.
  process.once('exit', () => child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The service ended with ${code} before it served`)));
    createInterface(child.stdout).on('line', (line) => {
      const said = JSON.parse(line) as { msg?: string; url?: string };
      if (said.msg === 'Serving' && said.url) resolve(said.url);
    });
  });
  return { child, url };
}
