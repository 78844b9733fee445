import { Client } from 'pg';

import { eventually } from '../test/faults/eventually';
import { FAULT_SETTINGS, retryWhileUnavailable } from '../test/faults/scenes';
import { EventBridgeStandIn, type CallFault } from '../test/support/eventBridge';
import { FaultProxy } from '../test/support/faultProxy';
import { HOME, TestService, type Booking, type GraphQLAnswer } from '../test/support/service';
import type { Row } from './table';

/** Starts and ends journeys while EventBridge refuses and throttles calls, cuts connections and loses replies. */
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
          const started = await retryWhileUnavailable(() => booking.trainer.start(booking.id, 'once'));
          ids.push(startedId(started));
          const stopped = await retryWhileUnavailable(() => booking.trainer.stop(booking.id));
          for (const answer of [started, stopped]) row.countAnswer(answer, false);
        }),
      );
    }
    const healedAt = performance.now();
    bus.callFault = () => null;
    bus.entryFault = () => null;
    const expected = ids.flatMap((id) => [`${id}:1`, `${id}:2`]);
    const missing = () => {
      const arrived = new Set(bus.eventIds);
      return expected.filter((id) => !arrived.has(id));
    };
    await eventually('every event arrives', () => missing().length === 0, 120_000).catch(() => undefined);
    row.recoveriesMs.push(performance.now() - healedAt);
    row.addDeliveries(expected.length, new Set(bus.eventIds).size, missing().length);
  } finally {
    await service.stop();
    await bus.stop();
  }
}

/** Continues and ends journeys while PostgreSQL is unavailable, and counts their durable records once it is back. */
export async function losePostgres(row: Row, rounds: number): Promise<void> {
  const proxy = await FaultProxy.start(Number(new URL(process.env['TEST_DATABASE_URL']!).port));
  const service = await TestService.start((databaseUrl) => {
    const url = new URL(databaseUrl);
    url.port = String(proxy.port);
    return { ...FAULT_SETTINGS, DATABASE_URL: url.href };
  });
  try {
    for (let round = 0; round < rounds; round += 1) {
      const driving = await Promise.all(Array.from({ length: 10 }, () => service.book()));
      const waiting = await service.book();
      const ids = await Promise.all(
        driving.map(async ({ trainer, id }) => {
          const started = await retryWhileUnavailable(() => trainer.start(id, 'once'));
          return startedId(started);
        }),
      );
      if (round % 2) proxy.refuse();
      else proxy.inject({ kind: 'hold' });
      row.countAnswer(await waiting.trainer.start(waiting.id), true);
      for (const booking of driving) await drive(row, booking);
      proxy.heal();
      const healedAt = performance.now();
      await retryWhileUnavailable(() => waiting.trainer.start(waiting.id, 'once'));
      row.recoveriesMs.push(performance.now() - healedAt);
      const countWritten = async () => (await endsWritten(service.database.url, ids)).length;
      await eventually(
        'the records are written',
        async () => (await countWritten()) === ids.length,
        60_000,
      ).catch(() => undefined);
      const count = await countWritten();
      row.addDeliveries(ids.length, count, ids.length - count);
    }
  } finally {
    proxy.heal();
    await service.stop();
    await proxy.stop();
  }
}

/** Sends the requests that work without PostgreSQL, so a 503 is a wrong answer here. */
async function drive(row: Row, { trainer, student, id }: Booking): Promise<void> {
  const fix = { ...HOME, accuracy: 20 };
  row.countAnswer(await trainer.update(id, fix), false);
  row.countAnswer(await student.poll(id), false);
  row.countAnswer(await trainer.arrive(id), false);
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
