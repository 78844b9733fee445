import { setTimeout as sleep } from 'node:timers/promises';

import type { Change, JourneyChange } from '../../src/domain/journey';
import { eventIdOf } from '../../src/events/eventKinds';
import type { Sink } from '../../src/events/ports';
import { allPartitions, partitionOf } from '../../src/redis/keys';
import { deleteByPrefix } from '../support/redis';
import { ended, started } from './changes';
import { eventually } from '../faults/eventually';
import { OutboxStage, RelayTotals } from './outboxStage';

jest.setTimeout(30_000);

const HOUR_MS = 3600 * 1000;

describe('The relay, while its dependencies fail,', () => {
  let stage: OutboxStage;

  beforeEach(async () => {
    stage = await OutboxStage.open();
  });

  afterEach(() => stage.close());

  const appendMany = async (count: number): Promise<string[]> => {
    const changes = Array.from({ length: count }, () => started());
    await Promise.all(changes.map((change) => stage.append(change)));
    return changes.map(eventIdOf).sort();
  };

  const isEmpty = async (): Promise<boolean> => (await stage.count()).waiting === 0;

  const consumersOf = async (sessionId: string): Promise<string[]> => {
    const key = stage.keys.events(partitionOf(sessionId));
    const consumers = (await stage.redis.xinfo('CONSUMERS', key, 'relay')) as string[][];
    return consumers.map((consumer) => consumer[1]!);
  };

  it('delivers what a dead process had read, and removes the consumer of that process', async () => {
    const start = started();
    await stage.append(start);
    await stage.append(ended(start));
    const { sessionId } = start.journey;
    const dead = stage.outboxes('dead-process').events;
    expect(await dead.read(partitionOf(sessionId), 10)).toHaveLength(2);
    stage.relay().start();

    await eventually('the outbox is empty', isEmpty);
    expect(stage.bus.eventIds).toEqual([eventIdOf(start), eventIdOf(ended(start))]);
    await sleep(50);
    await stage.outboxes('another').events.removeConsumers(partitionOf(sessionId), 20);
    expect(await consumersOf(sessionId)).not.toContain('dead-process');
  });

  it('never removes the consumer of a process that has entries pending', async () => {
    const start = started();
    await stage.append(start);
    const { sessionId } = start.journey;
    await stage.outboxes('slow-process').events.read(partitionOf(sessionId), 10);
    await sleep(20);
    await stage.outboxes('another').events.removeConsumers(partitionOf(sessionId), 0, true);

    expect(await consumersOf(sessionId)).toEqual(['slow-process']);
  });

  it('takes over the entries of a dead process, however many entries of a live one precede them', async () => {
    const sessionId = 'session-1';
    const pp = partitionOf(sessionId);
    for (let index = 0; index < 250; index += 1) {
      const change = started(`j-${index}`);
      await stage.append({ ...change, journey: { ...change.journey, sessionId } });
    }
    const live = stage.outboxes('live').events;
    const own = await live.read(pp, 200);
    await stage.outboxes('dead').events.read(pp, 50);
    await sleep(1100);
    await live.renew(
      pp,
      own.map(({ id }) => id),
    );

    // One XAUTOCLAIM for 10 scans no more than 100 pending entries. A second, so that a slow machine renews within it.
    const taken = await stage.outboxes('another').events.reclaim(pp, 1000, 10);
    expect(taken.map(({ change }) => (change as JourneyChange).journey.id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `j-${200 + index}`),
    );
  });

  it('loses nothing while EventBridge is away, and probes sparingly whether it is back', async () => {
    stage.bus.callFault = (call) => (['error', 'throttle', 'cut', 'hang', 'loseReply'] as const)[call % 5]!;
    const totals = new RelayTotals();
    stage.relay({ observer: totals, backoff: { initialMs: 50, maxMs: 400 } }, stage.sink(200)).start();
    const eventIds = await appendMany(200);
    await sleep(3000);
    const callsWhileAway = stage.bus.calls.length;
    stage.bus.callFault = () => null;
    const backAt = performance.now();

    await eventually('the outbox is empty', isEmpty);
    // Within one pause, with time to spare because the machine may be busy.
    expect(performance.now() - backAt).toBeLessThan(10_000);
    expect([...new Set(stage.bus.eventIds)].sort()).toEqual(eventIds);
    expect(totals).toMatchObject({ deliveries: 200, deadLetters: 0 });
    // For 3 s there is an attempt every 200 ms on average, of two HTTP calls each, after the first four at once.
    expect(callsWhileAway).toBeGreaterThan(6);
    expect(callsWhileAway).toBeLessThan(80);
  });

  it('waits longer each time, at random, up to its bound', async () => {
    const triedAt: number[] = [];
    const away: Sink = {
      maxBatchSize: 10,
      deliver: async () => {
        triedAt.push(performance.now());
        throw new Error('away');
      },
    };
    await stage.append(started());
    stage.relay({ backoff: { initialMs: 20, maxMs: 400 } }, away).start();
    await eventually('forty tries', () => triedAt.length === 40, 25_000);

    const delays = triedAt.slice(1).map((at, index) => at - triedAt[index]!);
    delays.forEach((delay, index) => expect(delay).toBeLessThan(Math.min(400, 20 * 2 ** index) + 300));
    const late = delays.slice(5);
    expect(Math.max(...late)).toBeGreaterThan(200);
    expect(Math.min(...late)).toBeLessThan(200);
  });

  it('gives up on a call that hangs and tries again', async () => {
    let calls = 0;
    const hanging: Sink = {
      maxBatchSize: 10,
      deliver: (changes) => {
        calls += 1;
        return calls === 1
          ? new Promise(() => undefined)
          : Promise.resolve(changes.map(() => ({ ok: true })));
      },
    };
    await stage.append(started());
    stage.relay({ callTimeoutMs: 100 }, hanging).start();

    await eventually('the outbox is empty', isEmpty);
    expect(calls).toBe(2);
  });

  it('creates its groups again and goes on when Redis lost everything', async () => {
    stage.relay().start();
    await appendMany(20);
    await eventually('the outbox is empty', isEmpty);
    await deleteByPrefix(stage.redis, stage.prefix);
    const eventIds = await appendMany(20);

    await eventually('the new ones are delivered', () => stage.bus.eventIds.length === 40);
    expect(stage.bus.eventIds.slice(20).sort()).toEqual(eventIds);
  });

  it('makes a dead letter of what could not be delivered for 24 h, and delivers it after a replay', async () => {
    const old = started('old');
    await stage.append(old, 25 * HOUR_MS);
    const young = started('young');
    await stage.append(young, 23 * HOUR_MS);
    stage.bus.callFault = () => 'error';
    const totals = new RelayTotals();
    stage.relay({ observer: totals }).start();
    await eventually('it is a dead letter', () => totals.deadLetters === 1);
    await sleep(300);
    expect(await stage.count()).toEqual({ waiting: 1, dead: 1 });
    const { events } = stage.outboxes('operator');
    const [dead] = await events.listDeadLetters(partitionOf(old.journey.sessionId), 10);
    expect(dead).toMatchObject({ fields: { journeyId: 'old', kind: 'STARTED' } });
    expect(dead!.reason).toMatch(/InternalException/);

    stage.bus.callFault = () => null;
    expect(await events.replay(dead!.partition, [dead!.id])).toBe(1);
    expect(await events.replay(dead!.partition, [dead!.id])).toBe(0);
    await eventually('both are delivered', () => stage.bus.deliveries.length === 2);
    expect(stage.bus.eventIds.sort()).toEqual(['old:1', 'young:1']);
    await eventually('nothing is left', async () => (await stage.count()).waiting === 0);
    expect(await stage.count()).toEqual({ waiting: 0, dead: 0 });
  });

  it('tries a change once before it makes it a dead letter, however old it is', async () => {
    await stage.append(started('old'), 48 * HOUR_MS);
    stage.relay().start();

    await eventually('it is delivered', () => stage.bus.deliveries.length === 1);
  });

  it('never makes a dead letter of what only an outage delayed, where outages do not count', async () => {
    let isAway = true;
    const taken: string[] = [];
    const database: Sink = {
      maxBatchSize: 10,
      deliver: async (changes: readonly Change[]) => {
        if (isAway) throw new Error('away');
        taken.push(...changes.map(eventIdOf));
        return changes.map(() => ({ ok: true }));
      },
    };
    const totals = new RelayTotals();
    await stage.append(started('old'), 48 * HOUR_MS);
    stage.relay({ outagesCount: false, observer: totals }, database).start();
    await eventually('several tries', () => totals.failures > 5);
    isAway = false;

    await eventually('it is taken', () => taken.length === 1);
    expect(await stage.count()).toEqual({ waiting: 0, dead: 0 });
  });

  it('delivers what still waits when it is stopped', async () => {
    stage.bus.latencyMs = 20;
    const relay = stage.relay({ sweepIntervalMs: 60_000 });
    relay.start();
    const eventIds = await appendMany(100);
    await relay.drain(5000);

    expect(stage.bus.eventIds.sort()).toEqual(eventIds);
    expect(await stage.count()).toEqual({ waiting: 0, dead: 0 });
    for (const partition of allPartitions) {
      expect(await stage.redis.xinfo('CONSUMERS', stage.keys.events(partition), 'relay')).toEqual([]);
    }
  });

  it('retries what would have waited for its next attempt when it is stopped', async () => {
    let refusals = 1;
    stage.bus.entryFault = () => (refusals-- > 0 ? 'InternalFailure' : null);
    const totals = new RelayTotals();
    const relay = stage.relay({ observer: totals, backoff: { initialMs: 600_000, maxMs: 600_000 } });
    relay.start();
    await stage.append(started());
    await eventually('it is refused', () => totals.failures === 1);
    await relay.drain(5000);

    expect(stage.bus.deliveries).toHaveLength(1);
  });

  it('stops in time although nothing can be delivered, and leaves everything to the next process at once', async () => {
    stage.bus.callFault = () => 'error';
    const sink: Sink = stage.sink();
    const sent: Promise<unknown>[] = [];
    const relay = stage.relay(
      {},
      {
        maxBatchSize: sink.maxBatchSize,
        deliver: (changes, signal) => {
          const call = sink.deliver(changes, signal);
          sent.push(call.catch(() => undefined));
          return call;
        },
      },
    );
    relay.start();
    const eventIds = await appendMany(50);
    await eventually('it tried', () => stage.bus.calls.length > 3);
    const begunAt = performance.now();
    await relay.drain(300);
    expect(performance.now() - begunAt).toBeLessThan(800);

    // A call that was on its way when the relay stopped shall fail too: it would rightly be a second delivery.
    await Promise.all(sent);
    stage.bus.callFault = () => null;
    stage.relay({ claimAfterMs: 60_000 }).start();
    await eventually('the outbox is empty', isEmpty, 5000);
    expect(stage.bus.eventIds.sort()).toEqual(eventIds);
  });
});
