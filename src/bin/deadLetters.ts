import { once } from 'node:events';

import { createRedisClient } from '../redis/client';
import { allPartitions, Keys } from '../redis/keys';
import { createOutboxes, type DeadLetter, type OutboxName, type RedisOutbox } from '../redis/outbox';

const USAGE = `usage: npm run events -- list               prints the dead letters, one line of JSON each
       npm run events -- replay             delivers all of them again
       npm run events -- replay ENTRY…      delivers these again, named as in the list
REDIS_URL names the Redis server.`;

/** Entries read at a time. */
const PAGE = 100;
const TIMEOUT_MS = 5000;

/** The outbox of each relay, with what it could not deliver. */
export type DeadLetters = Readonly<Record<OutboxName, RedisOutbox>>;

interface NamedDeadLetter {
  /** `events/07/1772357400000-0`: the relay, the partition, the id. */
  readonly name: string;
  readonly outbox: RedisOutbox;
  readonly entry: DeadLetter;
}

/** All dead letters, in each partition the oldest first. */
async function* all(deadLetters: DeadLetters): AsyncGenerator<NamedDeadLetter> {
  for (const [relay, outbox] of Object.entries(deadLetters)) {
    for (const partition of allPartitions) {
      let after: string | undefined;
      do {
        const page = await outbox.listDeadLetters(partition, PAGE, after);
        for (const entry of page) yield { name: `${relay}/${partition}/${entry.id}`, outbox, entry };
        after = page.length === PAGE ? page[PAGE - 1]!.id : undefined;
      } while (after);
    }
  }
}

/** Prints a line for each dead letter. Returns how many there are. */
export async function list(deadLetters: DeadLetters, print: (line: string) => void): Promise<number> {
  let count = 0;
  for await (const { name, entry } of all(deadLetters)) {
    const deadLetteredAt = new Date(entry.deadLetteredAt).toISOString();
    print(JSON.stringify({ entry: name, deadLetteredAt, reason: entry.reason, ...entry.fields }));
    count += 1;
  }
  return count;
}

/** Delivers dead letters again: the named ones, or all if there is no name. Returns how many there were. */
export async function replay(deadLetters: DeadLetters, names: readonly string[] = []): Promise<number> {
  // All are found before the first is replayed, because one that fails again at once would be found for ever.
  const found: NamedDeadLetter[] = [];
  for await (const named of all(deadLetters)) {
    if (names.length === 0 || names.includes(named.name)) found.push(named);
  }
  let count = 0;
  for (const { outbox, entry } of found) count += await outbox.replay(entry.partition, [entry.id]);
  return count;
}

async function main(): Promise<number> {
  const [command, ...names] = process.argv.slice(2);
  const url = process.env['REDIS_URL'];
  const known = (command === 'list' && names.length === 0) || command === 'replay';
  if (!known || !url) {
    console.error(USAGE);
    return 2;
  }
  const client = createRedisClient({ url, timeoutMs: TIMEOUT_MS, name: 'dead-letters' });
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const deadLetters = createOutboxes({
      client,
      keys: new Keys(),
      consumer: 'dead-letters',
      timeoutMs: TIMEOUT_MS,
    });
    if (command === 'list') console.error(`${await list(deadLetters, console.log)} dead letters`);
    else console.error(`${await replay(deadLetters, names)} replayed`);
    return 0;
  } catch (error) {
    console.error(`Redis did not answer: ${error instanceof Error ? error.message : 'unknown'}`);
    return 1;
  } finally {
    client.disconnect();
  }
}

if (require.main === module) void main().then((code) => (process.exitCode = code));
