import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PhonesFound, PhonesOrder, PhonesReply } from '../phones/order';
import { startDatabases } from '../stand/database';
import { startBenchRedis } from '../stand/redis';
import { cpuSecondsOf, Server } from '../stand/server';

/** The usual interval of Prometheus. */
const SCRAPE_MS = 15_000;
const SAMPLE_MS = 1000;

export interface PhonesFigures extends PhonesFound {
  readonly journeys: number;
  readonly seconds: number;
  /** Shares of one core: the mean over the whole time, and the highest of one second. */
  readonly cpu: Readonly<
    Record<'server' | 'redis' | 'phones', { readonly mean: number; readonly max: number }>
  >;
  readonly serverMemoryMb: number;
}

/** Ten thousand journeys and one server process with its production settings, on this machine. */
export async function measurePhones({
  journeys,
  seconds,
  checkout,
}: {
  journeys: number;
  seconds: number;
  checkout?: string;
}): Promise<PhonesFigures> {
  const [redis, databases] = await Promise.all([startBenchRedis(), startDatabases()]);
  try {
    const databaseUrl = await databases.create('bench_phones', []);
    const server = await Server.start('product', { redisUrl: redis.url, databaseUrl, checkout });
    try {
      return await drive({ url: server.url, databaseUrl, journeys, seconds }, server, redis.pids[0]!);
    } finally {
      await server.stop();
    }
  } finally {
    await Promise.all([redis.stop(), databases.stop()]);
  }
}

async function drive(order: PhonesOrder, server: Server, redisPid: number): Promise<PhonesFigures> {
  const bench = join(__dirname, '..');
  const phones = fork(join(bench, 'phones.ts'), {
    // The pauses of this process would count as the server's, and so would the cores that its collector takes from it.
    execArgv: [
      '--max-semi-space-size=64',
      '--v8-pool-size=1',
      '--no-memory-reducer',
      '--require',
      join(bench, '../scripts/typescript.cjs'),
    ],
  });
  const kill = (): void => void phones.kill('SIGKILL');
  process.once('exit', kill);
  const scraper = setInterval(() => void scrape(server), SCRAPE_MS);
  const usage = new CpuUsage({ server: server.pid, redis: redisPid, phones: phones.pid! });
  try {
    const found = await new Promise<PhonesFound>((resolve, reject) => {
      phones.on('message', (reply: PhonesReply) => {
        if (reply.kind === 'begin') usage.watch(order.seconds * 1000);
        else resolve(reply.found);
      });
      phones.once('exit', (code) => reject(new Error(`The process of the phones exited (status ${code})`)));
      phones.send(order);
    });
    return {
      journeys: order.journeys,
      seconds: order.seconds,
      ...found,
      cpu: usage.shares(),
      serverMemoryMb: residentMb(server.pid),
    };
  } finally {
    process.off('exit', kill);
    clearInterval(scraper);
    usage.end();
    kill();
  }
}

async function scrape(server: Server): Promise<void> {
  await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`)
    .then((response) => response.text())
    .catch(() => undefined);
}

type Watched = 'server' | 'redis' | 'phones';

/** Measures shares of a core, second by second. */
class CpuUsage {
  private readonly samples: { at: number; seconds: Record<Watched, number> }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly pids: Readonly<Record<Watched, number>>) {}

  watch(durationMs: number): void {
    this.sample();
    this.timer = setInterval(() => {
      if ((this.samples.at(-1)!.at - this.samples[0]!.at) * 1000 < durationMs) this.sample();
    }, SAMPLE_MS);
  }

  end(): void {
    clearInterval(this.timer);
  }

  shares(): Record<Watched, { mean: number; max: number }> {
    const shareBetween = (from: number, to: number, name: Watched): number => {
      const [a, b] = [this.samples.at(from)!, this.samples.at(to)!];
      return (b.seconds[name] - a.seconds[name]) / (b.at - a.at);
    };
    const of = (name: Watched) => ({
      mean: shareBetween(0, -1, name),
      max: Math.max(...this.samples.slice(1).map((_, index) => shareBetween(index, index + 1, name))),
    });
    return { server: of('server'), redis: of('redis'), phones: of('phones') };
  }

  private sample(): void {
    const { server, redis, phones } = this.pids;
    this.samples.push({
      at: performance.now() / 1000,
      seconds: { server: cpuSecondsOf(server), redis: cpuSecondsOf(redis), phones: cpuSecondsOf(phones) },
    });
  }
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
