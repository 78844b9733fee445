import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../test/faults/eventually';
import { FAULT_SETTINGS, retryWhileUnavailable } from '../test/faults/scenes';
import { EventBridgeStandIn } from '../test/support/eventBridge';
import { callsScript, FaultProxy, type FaultKind } from '../test/support/faultProxy';
import { testRedisUrl } from '../test/support/redis';
import { metersFromHome, TestService, type Booking } from '../test/support/service';
import type { Row } from './table';

const JOURNEYS = 10;
const JOURNEY_TTL_SECONDS = 16;
/** Longer than the time of any change, so that the sweeps in which it is due fail. */
const FAULT_MS = 4000;
/** Of each journey, in this order. */
const CHANGES = ['STARTED', 'SIGNAL_LOST RAISED', 'SIGNAL_LOST CLEARED', 'EXPIRED'];

/**
 * Lets journeys lose their signal, find it again and expire while the connection to Redis fails in the middle of the
 * sweeps that raise, clear and expire, and then looks whether each change has happened, once.
 */
export async function failSweeps(row: Row, kind: FaultKind): Promise<void> {
  const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
  const bus = await EventBridgeStandIn.start();
  Object.assign(process.env, bus.environment);
  const service = await TestService.start({
    ...FAULT_SETTINGS,
    ...bus.environment,
    EVENTS: 'eventbridge',
    REDIS_URL: proxy.redisUrl,
    REDIS_TIMEOUT_MS: '200',
    JOURNEY_TTL_SECONDS: String(JOURNEY_TTL_SECONDS),
    SIGNAL_LIVE_MS: '1500',
    ALERT_SIGNAL_LOST_MS: '3000',
    ALERT_SIGNAL_CLEAR_MS: '500',
  });
  const fail = async (): Promise<void> => {
    proxy.inject({ kind, when: callsScript('due', 'alerts', 'end'), delayMs: 250 });
    await sleep(FAULT_MS);
    proxy.heal();
  };
  try {
    const bookings = await Promise.all(Array.from({ length: JOURNEYS }, () => service.book()));
    const startedAt = Date.now();
    await Promise.all(bookings.map(setOff));
    const isPublished = (change: string) => () =>
      bookings.every(({ id }) => changesOf(bus, id).includes(change));
    const recover = async (change: string): Promise<void> => {
      const healedAt = performance.now();
      await eventually(change, isPublished(change), 30_000).catch(() => undefined);
      row.recoveriesMs.push(performance.now() - healedAt);
    };
    await fail();
    await recover('SIGNAL_LOST RAISED');

    let areMoving = true;
    const moving = Promise.all(
      bookings.map(async (booking) => {
        for (; areMoving; await sleep(300)) await send(booking);
      }),
    );
    await sleep(200);
    proxy.inject({ kind, when: callsScript('alerts'), delayMs: 250 });
    await sleep(1500);
    proxy.heal();
    await recover('SIGNAL_LOST CLEARED');
    // Until shortly before the deadlines, or the signals would be lost once more.
    await sleep(Math.max(0, startedAt + 1000 * JOURNEY_TTL_SECONDS - 500 - Date.now()));
    areMoving = false;
    await moving;
    await fail();
    await recover('EXPIRED');

    for (const { id } of bookings) {
      const changes = changesOf(bus, id);
      const missing = CHANGES.filter((change) => !changes.includes(change));
      row.addDeliveries(CHANGES.length, CHANGES.length - missing.length, missing.length);
      if (changes.join() !== CHANGES.join()) row.wrong.push(`${kind}: ${changes.join()}`);
    }
  } finally {
    proxy.heal();
    await service.stop();
    await bus.stop();
    await proxy.stop();
  }
}

async function setOff(booking: Booking): Promise<void> {
  await retryWhileUnavailable(() => booking.trainer.start(booking.id, 'once'));
  await send(booking);
}

/** One place of which nobody would say that it is near. */
const send = ({ trainer, id }: Booking) =>
  retryWhileUnavailable(() => trainer.update(id, { ...metersFromHome(3000), accuracy: 20 }));

/** The changes of a session's journey that events report, each event once, in the order of their sequence. */
function changesOf({ deliveries }: EventBridgeStandIn, sessionId: string): string[] {
  const changes = new Map<string, { readonly sequence: number; readonly change: string }>();
  for (const { type, detail } of deliveries) {
    if (detail.sessionId !== sessionId) continue;
    const { eventId, sequence, alert, status, reason } = detail as unknown as Record<string, string>;
    const change = alert
      ? `${alert} ${status}`
      : (reason ?? type.replace(/^TrainerJourney/, '').toUpperCase());
    changes.set(eventId!, { sequence: Number(sequence), change });
  }
  return [...changes.values()].sort((a, b) => a.sequence - b.sequence).map(({ change }) => change);
}
