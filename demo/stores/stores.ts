import { startPostgres } from './postgres';
import { startRedis } from './redis';

export interface Stores {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Ends those that were started here. */
  stop(): Promise<void>;
}

/** Both stores; one whose address is given is used instead of started. */
export async function startStores(given: { redisUrl?: string; databaseUrl?: string }): Promise<Stores> {
  const starting = [
    given.redisUrl ? runningElsewhere(given.redisUrl) : startRedis(),
    given.databaseUrl ? runningElsewhere(given.databaseUrl) : startPostgres(),
  ] as const;
  const stop = async (): Promise<void> => {
    const outcomes = await Promise.allSettled(starting);
    await Promise.all(
      outcomes.map(async (outcome) => outcome.status === 'fulfilled' && (await outcome.value.stop())),
    );
  };
  try {
    const [redis, postgres] = await Promise.all(starting);
    return { redisUrl: redis.url, databaseUrl: postgres.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const runningElsewhere = async (url: string) => ({ url, stop: async () => undefined });
