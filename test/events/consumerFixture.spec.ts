import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../faults/eventually';
import { EventBridgeStandIn, type BusDelivery } from '../support/eventBridge';
import { metersFromHome, TestService } from '../support/service';

/** What the consumer example of the deployment is tested with. UPDATE_FIXTURES=1 writes it anew. */
const FIXTURE = join(__dirname, '../../deploy/test/fixtures/journeyEvents.ndjson');

const SETTINGS = {
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '60000',
  MAX_EVENT_LOOP_DELAY_MS: 'off',
  REDIS_TIMEOUT_MS: '5000',
  // The way of many minutes in a few seconds.
  MAX_SPEED_KMH: '2000',
  SUSTAINED_MAX_SPEED_KMH: '2000',
};

const JOURNEY_ID = '3f6d0f1e-5d0c-4c0f-9a0e-2f7f5b8a1c11';
/** When the events happened, by their number. */
const TIMES = [
  '2026-11-20T09:00:00.000Z',
  '2026-11-20T09:12:05.000Z',
  '2026-11-20T09:16:10.000Z',
  '2026-11-20T09:17:35.000Z',
  '2026-11-20T09:18:02.000Z',
].map(Date.parse);
/** An ETA is the same in each run but for the milliseconds that a request takes. */
const ETA_ROUNDED_TO_MS = 15_000;

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** An event as EventBridge delivers it, with the same ids and times in each run. */
function delivered({ source, type, detail }: BusDelivery): string {
  const fields = detail as unknown as Record<string, string> & { sequence: number };
  const time = TIMES[fields.sequence - 1]!;
  const etaMs = Date.parse(fields['etaAt'] ?? '') - Date.parse(fields['occurredAt']!);
  return JSON.stringify({
    version: '0',
    id: `6a7e8feb-b491-4cf7-a9f1-bf370000000${fields.sequence}`,
    'detail-type': type,
    source,
    account: '123456789012',
    time: iso(time).replace('.000', ''),
    region: 'eu-central-1',
    resources: [],
    detail: {
      ...fields,
      journeyId: JOURNEY_ID,
      eventId: fields['eventId']!.replace(fields['journeyId']!, JOURNEY_ID),
      startedAt: iso(TIMES[0]!),
      occurredAt: iso(time),
      ...(fields['etaAt'] && {
        etaAt: iso(time + Math.round(etaMs / ETA_ROUNDED_TO_MS) * ETA_ROUNDED_TO_MS),
      }),
      ...(fields['endedAt'] && { endedAt: iso(time) }),
    },
  });
}

describe('The captured events, with which the consumer example is tested', () => {
  let bus: EventBridgeStandIn;
  let service: TestService;
  beforeAll(async () => {
    bus = await EventBridgeStandIn.start();
    Object.assign(process.env, bus.environment);
    service = await TestService.start({ ...SETTINGS, ...bus.environment, EVENTS: 'eventbridge' });
  });
  afterAll(async () => {
    await service.stop();
    await bus.stop();
  });

  it('are those that a journey sends from its start to the arrival', async () => {
    const { id, trainer } = await service.book({
      id: 'session-00001',
      trainerId: 'trainer-00001',
      studentId: 'student-00001',
    });
    expect((await trainer.start(id)).errors).toBeUndefined();
    for (const meters of [2000, 450, 50]) {
      for (let fixes = 0; fixes < 2; fixes += 1) {
        const fix = { ...metersFromHome(meters), accuracy: 100 };
        expect((await trainer.update(id, fix)).errors).toBeUndefined();
      }
      if (meters > 50) await sleep(3000);
    }
    expect((await trainer.arrive(id)).errors).toBeUndefined();
    await eventually('every event arrives', () => new Set(bus.eventIds).size === TIMES.length);

    const events = new Map(bus.deliveries.map((delivery) => [delivery.detail.eventId, delivered(delivery)]));
    const text = [...events.values()].map((line) => `${line}\n`).join('');
    if (process.env['UPDATE_FIXTURES']) writeFileSync(FIXTURE, text);
    expect(readFileSync(FIXTURE, 'utf8')).toBe(text);
  }, 60_000);
});
