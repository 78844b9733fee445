import { once } from 'node:events';

import { createRedisClient } from '../redis/client';
import { allPartitions, Keys } from '../redis/keys';
import { createOutboxes, type DeadEntry, type RedisOutbox } from '../redis/outbox';

const USAGE = `usage: npm run events -- list               what was set aside, one line of JSON each
       npm run events -- replay             delivers all of it again
       npm run events -- replay ENTRY…      delivers these again, named as in the list
REDIS_URL says which Redis.`;

/** Entries read at a time. */
const PAGE = 100;
const TIMEOUT_MS = 5000;

/** What each relay could not deliver. */
export type DeadLetters = Readonly<Record<'events' | 'records', RedisOutbox>>;

/** `events/07/1772357400000-0`: the relay, the partition, the id. */
interface Named {
  readonly name: string;
  readonly outbox: RedisOutbox;
  readonly entry: DeadEntry;
}

/** Everything that is dead, the longest dead first in each partition. */
async function* all(deadLetters: DeadLetters): AsyncGenerator<Named> {
  for (const [relay, outbox] of Object.entries(deadLetters)) {
    for (const partition of allPartitions) {
      let after: string | undefined;
      do {
        const page = await outbox.listDead(partition, PAGE, after);
        for (const entry of page) yield { name: `${relay}/${partition}/${entry.id}`, outbox, entry };
        after = page.length === PAGE ? page[PAGE - 1]!.id : undefined;
      } while (after);
    }
  }
}

/** Writes a line for each dead entry. Answers how many there are. */
export async function list(deadLetters: DeadLetters, print: (line: string) => void): Promise<number> {
  let count = 0;
  for await (const { name, entry } of all(deadLetters)) {
    const buriedAt = new Date(entry.buriedAt).toISOString();
    print(JSON.stringify({ entry: name, buriedAt, reason: entry.reason, ...entry.fields }));
    count += 1;
  }
  return count;
}

/** Puts dead entries back to be delivered: those named, or all without a name. Answers how many it put back. */
export async function replay(deadLetters: DeadLetters, names: readonly string[] = []): Promise<number> {
  // All are found before the first is put back: one that dies again at once must not come round for ever.
  const found: Named[] = [];
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
    if (command === 'list') console.error(`${await list(deadLetters, console.log)} set aside`);
    else console.error(`${await replay(deadLetters, names)} put back`);
    return 0;
  } catch (error) {
    console.error(`Redis did not answer: ${error instanceof Error ? error.message : 'unknown'}`);
    return 1;
  } finally {
    client.disconnect();
  }
}

if (require.main === module) void main().then((code) => (process.exitCode = code));
