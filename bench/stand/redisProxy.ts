import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

import { LOOPBACK } from './freePort';

export interface RedisProxy {
  readonly url: string;
  /** Counts from now on the round trips in which one of these texts is sent to Redis. */
  watch(texts: readonly string[]): { roundTrips(): number };
  stop(): void;
}

/**
 * A proxy between a server and Redis that counts round trips: on one connection, everything that is sent until the next
 * reply is one. Only what contains one of the watched texts (the id of a session or a trainer) counts, so that the
 * service's periodic work does not.
 */
export async function startRedisProxy(redisPort: number): Promise<RedisProxy> {
  let watched: readonly string[] = [];
  let roundTrips = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect({ port: redisPort, host: LOOPBACK, noDelay: true });
    client.setNoDelay(true);
    let counted = false;
    client.on('data', (sent) => {
      if (!counted && watched.some((text) => sent.includes(text))) {
        roundTrips += 1;
        counted = true;
      }
      redis.write(sent);
    });
    redis.on('data', (reply) => {
      counted = false;
      client.write(reply);
    });
    for (const [socket, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve));
  return {
    url: `redis://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
    watch(texts) {
      watched = texts;
      roundTrips = 0;
      return { roundTrips: () => roundTrips };
    },
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
