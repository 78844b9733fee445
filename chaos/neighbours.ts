import { Client } from 'pg';

import { eventually } from '../test/faults/eventually';
import { FAULT_SETTINGS, isUnavailable, persistently } from '../test/faults/operations';
import { EventBridgeStandIn, type CallFault } from '../test/support/eventBridge';
import { FaultProxy } from '../test/support/faultProxy';
import { HOME, TestService, type Booking, type GraphQLAnswer } from '../test/support/service';
import type { Row } from './table';

/** Journeys from their start to their end while the bus refuses, loses, delays and cuts what it is sent. */
export async function failEventBridge(row: Row, journeys: number): Promise<void> {
  const bus = await EventBridgeStandIn.start();
  Object.assign(process.env, bus.environment);
  const service = await TestService.start({ ...FAULT_SETTINGS, ...bus.environment, EVENTS: 'eventbridge' });
  const faults: readonly (CallFault | null)[] = ['error', 'throttle', 'cut', 'loseReply', null, null];
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(Math.random() * choices.length)]!;
  bus.callFault = () => pick(faults);
  bus.entryFault = () => (Math.random() < 0.2 ? 'InternalFailure' : null);
  try {
    const ids: string[] = [];
    for (let at = 0; at < journeys; at += 10) {
      await Promise.all(
        Array.from({ length: 10 }, async () => {
          const booking = await service.book();
          const started = told(row, await booking.trainer.start(booking.id));
          ids.push(startedId(started));
          told(row, await booking.trainer.stop(booking.id));
        }),
      );
    }
    const healedAt = performance.now();
    bus.callFault = () => null;
    bus.entryFault = () => null;
    const expected = ids.flatMap((id) => [`${id}:1`, `${id}:2`]);
    const missing = () => {
      const came = new Set(bus.eventIds);
      return expected.filter((id) => !came.has(id));
    };
    await eventually('every event arrives', () => missing().length === 0, 120_000).catch(() => undefined);
    row.recoveriesMs.push(performance.now() - healedAt);
    row.held(expected.length, new Set(bus.eventIds).size, missing().length);
  } finally {
    await service.stop();
    await bus.stop();
  }
}

/** Journeys go on and end without PostgreSQL; their durable records are counted once it is back. */
export async function losePostgres(row: Row, rounds: number): Promise<void> {
  const proxy = await FaultProxy.start(Number(new URL(process.env['TEST_DATABASE_URL']!).port));
  const service = await TestService.start((databaseUrl) => {
    const url = new URL(databaseUrl);
    url.port = String(proxy.port);
    return { ...FAULT_SETTINGS, DATABASE_URL: url.href };
  });
  try {
    for (let round = 0; round < rounds; round += 1) {
      const underway = await Promise.all(Array.from({ length: 10 }, () => service.book()));
      const waiting = await service.book();
      const ids = await Promise.all(
        underway.map(async ({ trainer, id }) => {
          const started = await persistently(() => trainer.start(id, 'once'));
          return startedId(started);
        }),
      );
      if (round % 2) proxy.refuse();
      else proxy.inject({ kind: 'hold' });
      told(row, await waiting.trainer.start(waiting.id));
      for (const booking of underway) await drive(row, booking);
      proxy.heal();
      const healedAt = performance.now();
      await persistently(() => waiting.trainer.start(waiting.id, 'once'));
      row.recoveriesMs.push(performance.now() - healedAt);
      const written = async () => (await endsWritten(service.database.url, ids)).length;
      await eventually('the records are written', async () => (await written()) === ids.length, 60_000).catch(
        () => undefined,
      );
      const count = await written();
      row.held(ids.length, count, ids.length - count);
    }
  } finally {
    proxy.heal();
    await service.stop();
    await proxy.stop();
  }
}

/** What may go on without PostgreSQL; a 503 of one of these is wrong. */
async function drive(row: Row, { trainer, student, id }: Booking): Promise<void> {
  for (const answer of [
    await trainer.update(id, { ...HOME, accuracy: 20 }),
    await student.poll(id),
    await trainer.arrive(id),
  ]) {
    row.count(answer.errors ? { wrong: JSON.stringify(answer.errors) } : 'right');
  }
}

function told(row: Row, answer: GraphQLAnswer): GraphQLAnswer {
  if (!answer.errors) row.count('right');
  else row.count(isUnavailable(answer) ? 'unavailable' : { wrong: JSON.stringify(answer.errors) });
  return answer;
}

const startedId = ({ data }: GraphQLAnswer): string =>
  (data as { startJourney: { id: string } }).startJourney.id;

async function endsWritten(databaseUrl: string, ids: readonly string[]): Promise<unknown[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(
    "SELECT id FROM journey WHERE id = ANY($1) AND state = 'ARRIVED'",
    [ids],
  );
  await client.end();
  return rows;
}
