import { once } from 'node:events';

import { erasePerson, exportPerson, type PersonalDataStores } from '../src/bin/privacy';
import { DatabasePersonalData } from '../src/database/personalData';
import { createRedisClient } from '../src/redis/client';
import { RedisPersonalData } from '../src/redis/personalData';
import { ScriptRunner } from '../src/redis/scriptRunner';
import { everythingIn } from '../test/privacy/everything';
import { FaultProxy, type FaultKind } from '../test/support/faultProxy';
import { testRedisUrl } from '../test/support/redis';
import { HOME, TestService } from '../test/support/service';
import type { Row } from './table';

const TIMEOUT_MS = 200;
const BETWEEN_PASSES_MS = 300;

/**
 * Exports and erases a person while the connection to Redis or PostgreSQL fails after a random number of requests. Each
 * command must do all of it, or say that it did not; repeated afterwards it must do all.
 */
export async function failPersonalData(row: Row, kind: FaultKind, rounds: number): Promise<void> {
  const service = await TestService.start();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const { id, trainer, student } = await service.book();
      await student.share(id);
      await trainer.start(id);
      await trainer.update(id, HOME);
      await trainer.stop(id);
      const user = student.id;
      const everything = () => everythingIn(service.redis, `${service.prefix}*`, service.database.url);
      const whole = await usingStores(service, null, (stores) => exportPerson(stores, user));
      const fault = { kind, store: round % 2 ? 'redis' : 'database', passing: Math.random() * 30 } as const;

      const exported = await usingStores(service, fault, (stores) => exportPerson(stores, user)).catch(
        () => null,
      );
      const isWhole = exported?.redis.length === whole.redis.length && sameRows(exported, whole);
      row.count(
        !exported ? 'unavailable' : isWhole ? 'right' : { wrong: `${kind}: an export lacks something` },
      );

      const erase = (stores: PersonalDataStores) => erasePerson(stores, user, BETWEEN_PASSES_MS);
      const isErased = await usingStores(service, fault, erase).then(
        () => true,
        () => false,
      );
      const isFound = (await everything()).includes(user);
      row.count(
        !isErased ? 'unavailable' : isFound ? { wrong: `${kind}: erased, and still found` } : 'right',
      );
      const healedAt = performance.now();
      await usingStores(service, null, erase);
      row.recoveriesMs.push(performance.now() - healedAt);
      if ((await everything()).includes(user)) row.wrong.push(`${kind}: still found after the repeat`);
    }
  } finally {
    await service.stop();
  }
}

const sameRows = (a: Exported, b: Exported): boolean =>
  JSON.stringify(a.database) === JSON.stringify(b.database);
type Exported = Awaited<ReturnType<typeof exportPerson>>;

interface StoreFault {
  readonly kind: FaultKind;
  readonly store: 'redis' | 'database';
  /** Requests that pass before. */
  readonly passing: number;
}

/** The stores as the command opens them, of which one fails. */
async function usingStores<T>(
  service: TestService,
  fault: StoreFault | null,
  use: (stores: PersonalDataStores) => Promise<T>,
): Promise<T> {
  const [redisUrl, databaseUrl] = [new URL(testRedisUrl()), new URL(service.database.url)];
  const proxy = await FaultProxy.start(Number((fault?.store === 'database' ? databaseUrl : redisUrl).port));
  (fault?.store === 'database' ? databaseUrl : redisUrl).port = String(proxy.port);
  const client = createRedisClient({ url: redisUrl.href, timeoutMs: TIMEOUT_MS, name: 'privacy' });
  const scripts = new ScriptRunner({ reader: client, writer: client, timeoutMs: TIMEOUT_MS });
  const database = new DatabasePersonalData(databaseUrl.href);
  try {
    await Promise.all([database.connect(), once(client, 'ready')]);
    let left = fault?.passing ?? Infinity;
    if (fault) proxy.inject({ kind: fault.kind, when: () => (left -= 1) < 0, delayMs: 2 * TIMEOUT_MS });
    const redis = new RedisPersonalData({ client, scripts, keys: service.keys });
    // A query of PostgreSQL may take long: whoever waits for a reply that was lost ends the command.
    const healing = setTimeout(() => proxy.heal(), 5 * TIMEOUT_MS);
    return await use({ redis, database }).finally(() => clearTimeout(healing));
  } finally {
    proxy.heal();
    client.disconnect();
    await database.close().catch(() => undefined);
    await proxy.stop();
  }
}
