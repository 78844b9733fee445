// Simulates the phones of so many journeys for so long: each trainer sends a fix every 5 s and each student polls every
// 5 s, every phone on its own schedule. measures/phones.ts starts this process and receives its start and its results.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

import { bodies, phoneHeaders } from './load/requests';
import { phonesReply, type PhonesOrder } from './phones/order';
import { COLD_MS, Fleet } from './phones/fleet';
import { planJourneys, type Journey } from './stand/journeys';
import { book } from './stand/database';

/** The connections that a balancer keeps open to one process; the phones' own ones end at the balancer. */
const CONNECTIONS = 200;
const STARTS_AT_ONCE = 32;

async function main(order: PhonesOrder): Promise<void> {
  const journeys = planJourneys(order.journeys);
  await book(order.databaseUrl, journeys);
  const pool = new Pool(new URL(order.url).origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 60_000,
  });
  await startAll(pool, journeys);
  // What happens after the start of a journey, such as writing its record, is done before the first tick.
  await sleep(2000);
  const fleet = new Fleet(pool, journeys, order.seconds * 1000);
  setTimeout(() => process.send!(phonesReply({ kind: 'begin' })), COLD_MS);
  const found = await fleet.drive();
  process.send!(phonesReply({ kind: 'end', found }));
  await pool.close();
  process.disconnect();
}

async function startAll(pool: Pool, journeys: readonly Journey[]): Promise<void> {
  const { start } = bodies();
  const waiting = journeys.values();
  const startNext = async (): Promise<void> => {
    for (const journey of waiting) {
      const { statusCode, body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: phoneHeaders(journey.trainerToken),
        body: start(journey, randomUUID()),
      });
      const text = await body.text();
      if (statusCode !== 200 || text.includes('"errors":'))
        throw new Error(`A start was answered with ${text}`);
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, startNext));
}

process.once('message', (order) => void main(order as PhonesOrder));
// The process that wanted the results has ended.
process.once('disconnect', () => process.exit());
