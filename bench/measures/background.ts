import { Redis } from 'ioredis';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { Keys } from '../../src/redis/keys';
import { LOOPBACK } from '../stand/freePort';
import type { Journey } from '../stand/journeys';
import { cpuSecondsOf } from '../stand/server';
import { Stand } from '../stand/stand';

const ROUTER_INTERVAL_MS = 30_000;
/** Until a process has connected, and has taken each journey's first turn. */
const SETTLE_MS = 20_000;
/** How often each journey gets a fix of a moving trainer. */
const MOVE_INTERVAL_MS = 10_000;

/** CPU in percent of one core. */
export interface Share {
  readonly server: number;
  readonly redis: number;
}

export interface BackgroundFigures {
  readonly journeys: number;
  readonly seconds: number;
  /** One process without a request: its relays, watchdog and health, on stores without a journey. */
  readonly idle: Share;
  /** What the sweeps of alerts and deadlines add with all journeys active. */
  readonly sweeps: Share;
  /** What the router worker adds while all journeys move; the server's share holds its HTTP client. */
  readonly router: Share & { readonly callsPerSecond: number };
}

/** What one process does beside all requests, while the only load is a stand-in of a road router. */
export async function measureBackground({
  journeys,
  seconds,
  checkout,
}: {
  journeys: number;
  seconds: number;
  checkout?: string;
}): Promise<BackgroundFigures> {
  const idle = await withStand(1, (stand) => shareOf(stand, { seconds, checkout }));
  return withStand(journeys, async (stand) => {
    const moving = startMoving(stand);
    const router = await startRouter();
    try {
      const still = await shareOf(stand, { seconds, checkout });
      const url = `osrm+http://${LOOPBACK}:${(router.server.address() as AddressInfo).port}`;
      const env = { ROUTER_URL: url, ROUTER_INTERVAL_MS: String(ROUTER_INTERVAL_MS) };
      const routed = await shareOf(stand, { seconds, checkout, env, count: () => router.calls() });
      return {
        journeys,
        seconds,
        idle: { server: idle.server, redis: idle.redis },
        sweeps: difference(still, idle),
        router: { ...difference(routed, still), callsPerSecond: routed.counted / seconds },
      };
    } finally {
      moving.stop();
      router.server.close();
      router.server.closeAllConnections();
    }
  });
}

async function withStand<T>(journeys: number, measure: (stand: Stand) => Promise<T>): Promise<T> {
  const stand = await Stand.start(journeys);
  try {
    return await measure(stand);
  } finally {
    await stand.stop();
  }
}

const difference = (one: Share, other: Share): Share => ({
  server: one.server - other.server,
  redis: one.redis - other.redis,
});

interface ShareOptions {
  readonly seconds: number;
  readonly checkout: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly count?: () => number;
}

/** A server's CPU, and that of Redis, while nobody asks it. */
async function shareOf(
  stand: Stand,
  { seconds, checkout, env, count = () => 0 }: ShareOptions,
): Promise<Share & { counted: number }> {
  const server = await stand.serve('product', { checkout, env });
  try {
    await sleep(SETTLE_MS);
    const redis = () => stand.redis.pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
    const before = { server: server.cpuSeconds(), redis: redis(), count: count() };
    await sleep(seconds * 1000);
    return {
      server: (server.cpuSeconds() - before.server) / seconds,
      redis: (redis() - before.redis) / seconds,
      counted: count() - before.count,
    };
  } finally {
    await server.stop();
  }
}

/** Gives every journey a newer fix now and then, without the cost of an update. */
function startMoving(stand: Stand): { stop: () => void } {
  const redis = new Redis(stand.redis.url.replace('redis://', ''));
  const keys = new Keys();
  const move = (journeys: readonly Journey[]): void => {
    const now = Date.now();
    const pipeline = redis.pipeline();
    for (const { session } of journeys)
      pipeline.hset(keys.location(session.trainerId, session.id), {
        capturedAt: now,
        receivedAt: now,
        stillSince: now,
      });
    void pipeline.exec();
  };
  move(stand.journeys);
  // A tenth of them at a time: Redis is to be free in between.
  let part = 0;
  const size = Math.ceil(stand.journeys.length / 10);
  const timer = setInterval(() => {
    move(stand.journeys.slice(part * size, (part + 1) * size));
    part = (part + 1) % 10;
  }, MOVE_INTERVAL_MS / 10);
  return {
    stop() {
      clearInterval(timer);
      redis.disconnect();
    },
  };
}

async function startRouter(): Promise<{ server: HttpServer; calls: () => number }> {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    const answer = { code: 'Ok', routes: [{ duration: 600 + Math.random() * 300 }] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return { server, calls: () => calls };
}
