import { setTimeout as sleep } from 'node:timers/promises';

import type { JourneyChange } from '../../src/domain/journey';
import { eventIdOf } from '../../src/events/eventKinds';
import type { Outbox, OutboxEntry } from '../../src/events/ports';
import { partitionOf } from '../../src/redis/keys';
import { ended, started } from './changes';
import { eventually } from '../faults/eventually';
import { OutboxStage, RelayTotals } from './outboxStage';

jest.setTimeout(30_000);

const HOUR_MS = 3600 * 1000;

describe('An outbox entry that only a newer version of the service knows', () => {
  let stage: OutboxStage;

  beforeEach(async () => {
    stage = await OutboxStage.open();
  });

  afterEach(() => stage.close());

  const appendUnknown = (sessionId: string, ageMs?: number): Promise<void> =>
    stage.appendFields(sessionId, { kind: 'TELEPORTED', journeyId: 'j-1', sessionId }, ageMs);

  const consumersWithPending = async (sessionId: string): Promise<number> => {
    const key = stage.keys.events(partitionOf(sessionId));
    // The group does not exist before the first read.
    const consumers = await stage.redis.xinfo('CONSUMERS', key, 'relay').catch(() => []);
    // Name and value alternate: name, pending, idle.
    return (consumers as (string | number)[][]).filter((consumer) => Number(consumer[3]) > 0).length;
  };

  /** The outbox as an older version sees it that does not know the end of a journey. It counts the entries it gets. */
  function olderOutbox(consumer: string): Outbox & { readonly received: Map<string, number> } {
    const outbox: Outbox = stage.outboxes(consumer).events;
    const received = new Map<string, number>();
    const older = (entries: readonly OutboxEntry[]): OutboxEntry[] =>
      entries.map((entry) => {
        received.set(entry.id, (received.get(entry.id) ?? 0) + 1);
        const isKnown = typeof entry.change === 'object' && entry.change.kind === 'STARTED';
        return isKnown ? entry : { ...entry, change: 'NEWER' };
      });
    return Object.assign(Object.create(outbox) as Outbox, {
      received,
      read: async (...args: Parameters<Outbox['read']>) => older(await outbox.read(...args)),
      readPending: async (...args: Parameters<Outbox['readPending']>) =>
        older(await outbox.readPending(...args)),
      reclaim: async (...args: Parameters<Outbox['reclaim']>) => older(await outbox.reclaim(...args)),
    });
  }

  it('is left in the outbox, and the entries behind it are delivered', async () => {
    const change = started();
    const { sessionId } = change.journey;
    await appendUnknown(sessionId);
    await stage.append(change);
    const totals = new RelayTotals();
    stage.relay({ observer: totals }).start();

    await eventually('the entry behind it is delivered', () => stage.bus.deliveries.length === 1);
    // Longer than the claim interval, so that it is taken over too.
    await sleep(1500);
    expect(await stage.count()).toEqual({ waiting: 1, dead: 0 });
    expect(totals).toMatchObject({ deliveries: 1, failures: 0, deadLetters: 0 });
  });

  it('is left as well when only the reason of an end is unknown', async () => {
    const { kind, journey } = ended(started());
    const { id, ...others } = journey;
    await stage.appendFields(journey.sessionId, { kind, journeyId: id, ...others, state: 'ABDUCTED' });
    stage.relay().start();
    await eventually('it is read', async () => (await consumersWithPending(journey.sessionId)) === 1);
    await sleep(200);

    expect(await stage.count()).toEqual({ waiting: 1, dead: 0 });
    expect(stage.bus.calls).toEqual([]);
  });

  it('is delivered once by a newer process, although older ones run beside it and are stopped', async () => {
    const changes = Array.from({ length: 20 }, () => started());
    const ends: JourneyChange[] = changes.map((change) => ended(change));
    const older = [0, 1].map((index) => stage.relay({ outbox: olderOutbox(`older-${index}`) }));
    for (const relay of older) relay.start();
    for (const change of [...changes, ...ends]) await stage.append(change);
    await eventually('the starts are delivered', () => stage.bus.deliveries.length === 20);
    const newer = stage.relay();
    newer.start();
    await sleep(500);
    for (const relay of older) await relay.drain(1000);

    await eventually('the ends are delivered', () => stage.bus.deliveries.length === 40);
    expect(stage.bus.eventIds.sort()).toEqual([...changes, ...ends].map(eventIdOf).sort());
    await eventually('nothing is left', async () => (await stage.count()).waiting === 0);
    expect(await stage.count()).toEqual({ waiting: 0, dead: 0 });
  });

  it('is taken over once in a claim interval, over all processes, and takes no capacity', async () => {
    for (let index = 0; index < 120; index += 1) await appendUnknown('session-1');
    const outboxes = [olderOutbox('older-0'), olderOutbox('older-1')];
    const startedAt = performance.now();
    for (const outbox of outboxes) stage.relay({ outbox, maxInFlight: 60, claimAfterMs: 600 }).start();
    await sleep(2500);
    const intervals = (performance.now() - startedAt) / 600;

    const ids = new Set(outboxes.flatMap(({ received }) => [...received.keys()]));
    expect(ids.size).toBe(120);
    for (const id of ids) {
      const times = outboxes.reduce((sum, { received }) => sum + (received.get(id) ?? 0), 0);
      expect(times).toBeLessThanOrEqual(1 + Math.ceil(intervals));
    }
    const change = started('behind');
    await stage.append({ ...change, journey: { ...change.journey, sessionId: 'session-1' } });
    await eventually('the entry behind them is delivered', () => stage.bus.eventIds.includes('behind:1'));
  });

  it('is a dead letter with its reason after 24 h, and can be replayed', async () => {
    await appendUnknown('session-1', 25 * HOUR_MS);
    const totals = new RelayTotals();
    stage.relay({ observer: totals }).start();

    await eventually('it is a dead letter', () => totals.deadLetters === 1);
    const { events } = stage.outboxes('operator');
    const [letter] = await events.listDeadLetters(partitionOf('session-1'), 10);
    expect(letter).toMatchObject({
      reason: 'this version of the service does not know its kind, and no newer one delivered it',
      fields: { kind: 'TELEPORTED', journeyId: 'j-1', sessionId: 'session-1' },
    });
    expect(await events.replay(letter!.partition, [letter!.id])).toBe(1);
    expect(await stage.count()).toEqual({ waiting: 1, dead: 0 });
  });
});
