import { startDatabases, type BenchDatabases } from './database';
import { planJourneys, seedJourneys, type Journey } from './journeys';
import { startBenchRedis, type RedisStore } from './redis';
import { Server, type PeerName, type ProgramOptions } from './server';
import { configOf, SATURATION } from './settings';

/** Stores with active journeys, and the servers on those stores that are driven to their limit. */
export class Stand {
  private readonly servers: Server[] = [];

  private constructor(
    readonly redis: RedisStore,
    readonly databases: BenchDatabases,
    readonly journeys: readonly Journey[],
  ) {}

  static async start(
    journeyCount: number,
    startStore: () => Promise<RedisStore> = startBenchRedis,
  ): Promise<Stand> {
    const [redis, databases] = await Promise.all([startStore(), startDatabases()]);
    const stand = new Stand(redis, databases, planJourneys(journeyCount));
    const { policy } = configOf({ redisUrl: redis.url, databaseUrl: 'postgres://none/none' }, SATURATION);
    await seedJourneys(redis.url, policy, stand.journeys);
    return stand;
  }

  /** Starts a server. Each one has its own database, so that its transactions are counted apart. */
  async serve(
    name: PeerName,
    { env, ...options }: ProgramOptions = {},
  ): Promise<Server & { databaseUrl: string }> {
    const databaseUrl = await this.databases.create(`bench_${name}_${this.servers.length}`, this.journeys);
    const server = await Server.start(name, {
      redisUrl: this.redis.url,
      databaseUrl,
      env: { ...SATURATION, ...env },
      ...options,
    });
    this.servers.push(server);
    return Object.assign(server, { databaseUrl });
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await Promise.all([this.redis.stop(), this.databases.stop()]);
  }
}
