import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { DatabasePersonalData, RightsError, type TableFinding } from '../database/personalData';
import { isUserId } from '../domain/identifiers';
import { createRedisClient } from '../redis/client';
import { withDeadline } from '../redis/deadline';
import { Keys } from '../redis/keys';
import { RedisPersonalData, type RedisFinding } from '../redis/personalData';
import { ScriptRunner } from '../redis/scriptRunner';

const USAGE = `usage: npm run privacy -- export --user ID   prints all that is stored of a person, as JSON
       npm run privacy -- erase --user ID    replaces the id by a random one where records must stay, and removes the rest
REDIS_URL and DATABASE_URL name the stores; the latter by the login that runs the migrations.`;

const TIMEOUT_MS = 5000;
/** What a process had read before may be written after it was erased, so the stores are searched again. */
const MAX_PASSES = 5;
const BETWEEN_PASSES_MS = 2000;

/** The command was not, or not fully, carried out: shown without a stack. */
export class PrivacyError extends Error {
  override readonly name = 'PrivacyError';
}

/** Where personal data is stored. */
export interface PersonalDataStores {
  readonly redis: RedisPersonalData;
  readonly database: DatabasePersonalData;
}

export interface PersonalData {
  readonly user: string;
  readonly exportedAt: string;
  readonly redis: readonly RedisFinding[];
  readonly database: readonly TableFinding[];
}

/** All that is stored of a person. */
export async function exportPerson(
  { redis, database }: PersonalDataStores,
  user: string,
): Promise<PersonalData> {
  const found: RedisFinding[] = [];
  for await (const finding of redis.find(user)) found.push(finding);
  return {
    user,
    exportedAt: new Date().toISOString(),
    redis: found,
    database: await database.find(user),
  };
}

/**
 * Erases a person. Safe to repeat, and to interrupt and repeat: what was erased is not found again.
 * @throws PrivacyError while a journey of the person is active, or when something is still found in the end
 */
export async function erasePerson(
  stores: PersonalDataStores,
  user: string,
  betweenPassesMs = BETWEEN_PASSES_MS,
): Promise<void> {
  for (let pass = 0; pass <= MAX_PASSES; pass += 1) {
    const { redis, database } = await exportPerson(stores, user);
    if (redis.some((finding) => stores.redis.isActiveJourney(finding))) {
      throw new PrivacyError(
        'A journey of this person is active. End it first (an operator may by cancelJourney), then run this again.',
      );
    }
    if (redis.length === 0 && database.length === 0) {
      // Once more after the pause: whoever still had the data in memory has written it by then.
      if (pass > 0) return;
    } else if (pass === MAX_PASSES) {
      throw new PrivacyError(
        `After ${MAX_PASSES} passes the person is still, or again, found in ${places(redis, database)}. Block the person's logins, then run this again.`,
      );
    } else {
      // Another one in each pass: a line of the access log that was written again meanwhile would else collide with the
      // erased one.
      const replacement = `erased-${randomUUID()}`;
      // The database first: it is what the caches in Redis are filled from.
      await stores.database.erase(user, replacement);
      await stores.redis.erase(user, replacement);
    }
    await sleep(betweenPassesMs);
  }
}

/** Kinds of keys and tables, without the id. */
const places = (redis: readonly RedisFinding[], database: readonly TableFinding[]): string =>
  [
    ...new Set([
      ...redis.map(({ key }) => `Redis (${key.split(':').slice(0, 2).join(':')})`),
      ...database.map(({ table }) => `the table ${table}`),
    ]),
  ].join(', ');

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { user: { type: 'string' } },
    allowPositionals: true,
    strict: false,
  });
  const [command, ...others] = positionals;
  const { user } = values;
  const { REDIS_URL: url, DATABASE_URL: databaseUrl } = process.env;
  const isCommand = (command === 'export' || command === 'erase') && others.length === 0;
  if (!isCommand || typeof user !== 'string' || !isUserId(user) || !url || !databaseUrl) {
    console.error(USAGE);
    return 2;
  }
  const client = createRedisClient({ url, timeoutMs: TIMEOUT_MS, name: 'privacy' });
  const scripts = new ScriptRunner({ reader: client, writer: client, timeoutMs: TIMEOUT_MS });
  const database = new DatabasePersonalData(databaseUrl);
  try {
    // Awaited together: an event that comes before somebody waits for it is missed.
    const ready = withDeadline(once(client, 'ready'), TIMEOUT_MS);
    await Promise.all([database.connect(), ready]);
    // All nodes of a cluster.
    await withDeadline(scripts.whenConnected(), TIMEOUT_MS);
    const redis = new RedisPersonalData({ client, scripts, keys: new Keys() });
    if (command === 'export') {
      console.log(JSON.stringify(await exportPerson({ redis, database }, user), null, 2));
    } else {
      await erasePerson({ redis, database }, user);
      console.log('Erased: nothing in Redis and PostgreSQL names this person any more.');
    }
    return 0;
  } catch (error) {
    if (error instanceof PrivacyError || error instanceof RightsError) console.error(error.message);
    else console.error(`A store did not answer: ${reasonOf(error)}. Run the same command again.`);
    return 1;
  } finally {
    client.disconnect();
    await database.close();
  }
}

/** Some errors of a connection have a code and no message. */
const reasonOf = (error: unknown): string => {
  const { message, code } = error as { readonly message?: string; readonly code?: string };
  return message || code || 'for an unknown reason';
};

if (require.main === module) void main().then((code) => (process.exitCode = code));
