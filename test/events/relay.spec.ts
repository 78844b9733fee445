import type { JourneyChange } from '../../src/domain/journey';
import { eventIdOf } from '../../src/events/eventKinds';
import { partitionOf } from '../../src/redis/keys';
import { ended, started } from './changes';
import { eventually } from '../faults/eventually';
import { batchesOf, OutboxStage, RelayTotals } from './outboxStage';

jest.setTimeout(30_000);

describe('The relay from the outbox to the event bus', () => {
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

  it('delivers what is appended to any partition and leaves nothing behind', async () => {
    stage.relay().start();
    const eventIds = await appendMany(200);

    await eventually('the outbox is empty', isEmpty);
    expect(stage.bus.eventIds.sort()).toEqual(eventIds);
  });

  it('delivers what was appended before any relay ever ran', async () => {
    const eventIds = await appendMany(30);
    stage.relay().start();

    await eventually('the outbox is empty', isEmpty);
    expect(stage.bus.eventIds.sort()).toEqual(eventIds);
  });

  it('delivers a change at once after a nudge, long before its next sweep', async () => {
    const relay = stage.relay({ sweepIntervalMs: 60_000 });
    relay.start();
    const change = started();
    await stage.append(change);
    relay.nudge(partitionOf(change.journey.sessionId));

    await eventually('the event is delivered', () => stage.bus.deliveries.length === 1, 1000);
  });

  it('sends changes of several partitions in one call, never more than EventBridge takes', async () => {
    await appendMany(200);
    stage.bus.latencyMs = 20;
    stage.relay().start();

    await eventually('the outbox is empty', isEmpty);
    const sizes = stage.bus.calls.map(({ eventIds }) => eventIds.length);
    expect(Math.max(...sizes)).toBe(10);
    expect(sizes.length).toBeLessThan(40);
  });

  it('never sends more changes in one call than its sink takes', async () => {
    await appendMany(30);
    stage.relay({}, batchesOf(3, stage.sink())).start();

    await eventually('the outbox is empty', isEmpty);
    expect(Math.max(...stage.bus.calls.map(({ eventIds }) => eventIds.length))).toBe(3);
  });

  it('resends only the entries of a call that failed', async () => {
    const changes = Array.from({ length: 10 }, () => started());
    const refused = new Set(changes.slice(3, 6).map(eventIdOf));
    const stillRefused = new Set(refused);
    // Each of the three is refused once.
    stage.bus.entryFault = ({ eventId }) => (stillRefused.delete(eventId) ? 'InternalFailure' : null);
    await Promise.all(changes.map((change) => stage.append(change)));
    const totals = new RelayTotals();
    stage.relay({ observer: totals }).start();

    await eventually('the outbox is empty', isEmpty);
    const sent = stage.bus.calls.flatMap(({ eventIds }) => eventIds);
    for (const eventId of changes.map(eventIdOf)) {
      expect(sent.filter((id) => id === eventId)).toHaveLength(refused.has(eventId) ? 2 : 1);
    }
    expect(stage.bus.eventIds.sort()).toEqual(changes.map(eventIdOf).sort());
    expect(totals).toMatchObject({ deliveries: 10, failures: 3, deadLetters: 0 });
  });

  it('delivers twice, with the same event id, when the reply was lost', async () => {
    // The SDK itself retries a call once, so the relay sees a failure only when both replies are lost.
    stage.bus.callFault = (call) => (call < 2 ? 'loseReply' : null);
    const change = started();
    await stage.append(change);
    stage.relay().start();

    await eventually('the outbox is empty', isEmpty);
    expect(stage.bus.eventIds).toEqual(Array(3).fill(eventIdOf(change)));
  });

  it('sends the start of a journey before its end, also when the start is refused at first', async () => {
    let refusals = 3;
    stage.bus.entryFault = ({ endedAt }) => (!endedAt && refusals-- > 0 ? 'InternalFailure' : null);
    const start = started();
    await stage.append(start);
    await stage.append(ended(start));
    stage.relay().start();

    await eventually('the outbox is empty', isEmpty);
    expect(stage.bus.eventIds).toEqual([eventIdOf(start), eventIdOf(ended(start))]);
  });

  it('does not repeat the work of another process', async () => {
    stage.bus.latencyMs = 5;
    const allTotals = [new RelayTotals(), new RelayTotals()];
    // Long enough that a slow machine does not look like a dead process.
    for (const observer of allTotals) stage.relay({ observer, claimAfterMs: 10_000 }).start();
    const eventIds = await appendMany(300);
    await eventually('the outbox is empty', isEmpty);

    expect(stage.bus.eventIds.sort()).toEqual(eventIds);
    expect(allTotals[0]!.deliveries + allTotals[1]!.deliveries).toBe(300);
  });

  it('keeps what waits for its retry from other processes', async () => {
    const change = started();
    let refusals = 2;
    stage.bus.entryFault = () => (refusals-- > 0 ? 'InternalFailure' : null);
    const first = stage.relay({ claimAfterMs: 1000, backoff: { initialMs: 4000, maxMs: 4000 } });
    first.start();
    await stage.append(change);
    first.nudge(partitionOf(change.journey.sessionId));
    await eventually('the first try', () => stage.bus.calls.length === 1);
    const totals = new RelayTotals();
    stage.relay({ claimAfterMs: 1000, observer: totals }).start();

    await eventually('the outbox is empty', isEmpty, 20_000);
    expect(totals).toMatchObject({ deliveries: 0, failures: 0 });
    expect(stage.bus.eventIds).toEqual([eventIdOf(change)]);
  });

  it('delivers the others although one change makes every call fail that it is in', async () => {
    const poison = started();
    stage.bus.callFault = (_call, eventIds) => (eventIds.includes(eventIdOf(poison)) ? 'error' : null);
    await stage.append(poison);
    stage.relay().start();
    const eventIds = await appendMany(100);

    await eventually('all others are delivered', () => new Set(stage.bus.eventIds).size === 100);
    expect([...new Set(stage.bus.eventIds)].sort()).toEqual(eventIds);
    await eventually('only that one is left', async () => (await stage.count()).waiting === 1);
  });

  it('makes a dead letter at once of an entry that lacks a field', async () => {
    await stage.appendFields('session-1', { kind: 'STARTED', journeyId: 'j-1' });
    const totals = new RelayTotals();
    stage.relay({ observer: totals }).start();

    await eventually('it is a dead letter', () => totals.deadLetters === 1);
    expect(await stage.count()).toEqual({ waiting: 0, dead: 1 });
    expect(stage.bus.calls).toEqual([]);
  });

  it('makes a dead letter at once of an entry whose time is not a number, and delivers the others', async () => {
    const { kind, journey } = started('j-1');
    await stage.appendFields('session-1', { kind, journeyId: journey.id, ...journey, startedAt: 'noon' });
    await stage.append(started('j-2'));
    const totals = new RelayTotals();
    stage.relay({ observer: totals }).start();

    await eventually('the other one is delivered', () => totals.deliveries === 1);
    await eventually('it is a dead letter', () => totals.deadLetters === 1);
    expect(totals).toMatchObject({ deliveries: 1, failures: 0 });
  });

  it('keeps no more than its maximum in flight, and still delivers everything', async () => {
    stage.relay({ maxInFlight: 20 }, batchesOf(5, stage.sink())).start();
    const eventIds = await appendMany(300);

    await eventually('the outbox is empty', isEmpty);
    expect(stage.bus.eventIds.sort()).toEqual(eventIds);
  });

  it('reports how much waits, also in the fullest partition, and for how long', async () => {
    stage.bus.callFault = () => 'error';
    const changes: JourneyChange[] = [started('a'), ended(started('a')), started('b')];
    expect(partitionOf(changes[0]!.journey.sessionId)).not.toBe(partitionOf(changes[2]!.journey.sessionId));
    for (const change of changes) await stage.append(change, 5000);
    const totals = new RelayTotals();
    stage.relay({ observer: totals }).start();

    await eventually('it counted', () => totals.latest !== null);
    expect(totals.latest).toMatchObject({ waiting: 3, fullest: 2, dead: 0 });
    expect(totals.latest!.oldestAgeMs).toBeGreaterThanOrEqual(5000);
  });
});
