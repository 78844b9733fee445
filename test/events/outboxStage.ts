import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { pino } from 'pino';

import type { JourneyChange } from '../../src/domain/journey';
import { EventBridgeSink } from '../../src/events/eventBridge';
import { Relay } from '../../src/events/relay';
import type { RelayOptions } from '../../src/events/relayOptions';
import type { OutboxFigures, RelayObserver, Sink } from '../../src/events/ports';
import { createRedisClient } from '../../src/redis/client';
import { allPartitions, Keys, partitionOf } from '../../src/redis/keys';
import { createOutboxes } from '../../src/redis/outbox';
import { EventBridgeStandIn } from '../support/eventBridge';
import { deleteByPrefix, testKeyPrefix, testRedisUrl } from '../support/redis';

/** Adds up what a relay reported to its observer. */
export class RelayTotals implements RelayObserver {
  deliveries = 0;
  failures = 0;
  deadLetters = 0;
  latest: (OutboxFigures & { fullest: number }) | null = null;

  delivered(): void {
    this.deliveries += 1;
  }

  failed(count: number): void {
    this.failures += count;
  }

  deadLettered(count: number): void {
    this.deadLetters += count;
  }

  figures(figures: OutboxFigures & { fullest: number }): void {
    this.latest = figures;
  }
}

/** An outbox on a real Redis, the stand-in of the bus, and relays between them with short intervals. */
export class OutboxStage {
  private readonly relays: Relay[] = [];
  private sinks: EventBridgeSink[] = [];
  private appended = 0;

  private constructor(
    readonly redis: Redis,
    readonly bus: EventBridgeStandIn,
    readonly prefix: string,
    readonly keys: Keys,
  ) {}

  /** @param url of a Redis server; the one that all tests share when left out. */
  static async open(url = testRedisUrl()): Promise<OutboxStage> {
    const redis = createRedisClient({ url, timeoutMs: 500, name: 'test' }) as Redis;
    await once(redis, 'ready');
    const bus = await EventBridgeStandIn.start();
    Object.assign(process.env, bus.environment);
    const prefix = testKeyPrefix();
    return new OutboxStage(redis, bus, prefix, new Keys(prefix));
  }

  async close(): Promise<void> {
    await Promise.all(this.relays.map((relay) => relay.drain(0)));
    for (const sink of this.sinks) sink.close();
    await deleteByPrefix(this.redis, this.prefix);
    this.redis.disconnect();
    await this.bus.stop();
  }

  outboxes(consumer: string): ReturnType<typeof createOutboxes> {
    return createOutboxes({ client: this.redis, keys: this.keys, consumer, timeoutMs: 500 });
  }

  /** The default is long enough that a slow machine does not look like a bus that hangs. */
  sink(requestTimeoutMs = 3000): EventBridgeSink {
    const sink = new EventBridgeSink({
      busName: 'application-events',
      region: 'eu-central-1',
      requestTimeoutMs,
    });
    this.sinks.push(sink);
    return sink;
  }

  /** Not yet started. */
  relay(options: Partial<RelayOptions> = {}, sink: Sink = this.sink()): Relay {
    const relay = new Relay({
      outbox: this.outboxes(`process-${this.relays.length}`).events,
      partitions: allPartitions,
      sink,
      logger: pino({ level: 'silent' }),
      sweepIntervalMs: 50,
      claimAfterMs: 600,
      figuresIntervalMs: 200,
      callTimeoutMs: 7000,
      backoff: { initialMs: 20, maxMs: 100 },
      ...options,
    });
    this.relays.push(relay);
    return relay;
  }

  /** Appends a change as the scripts do. `ageMs` makes it look older; in one partition the oldest must come first. */
  async append(change: JourneyChange, ageMs?: number): Promise<void> {
    const { journey, ...ownFields } = change;
    const { id, state, ...others } = journey;
    const fields = { ...ownFields, journeyId: id, ...others, ...(change.kind === 'ENDED' && { state }) };
    await this.appendFields(journey.sessionId, fields, ageMs);
  }

  async appendFields(sessionId: string, fields: object, ageMs?: number): Promise<void> {
    // A summary's values are fields of their own.
    const values = Object.entries(fields).flatMap(([name, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null ? Object.entries(value).flat() : [name, String(value)],
    );
    const id = ageMs === undefined ? '*' : `${Date.now() - ageMs}-${(this.appended += 1)}`;
    await this.redis.xadd(this.keys.events(partitionOf(sessionId)), id, ...values.map(String));
  }

  /** Over all partitions: entries that are not yet delivered, and dead letters. */
  async count(): Promise<{ waiting: number; dead: number }> {
    const outbox = this.outboxes('counter').events;
    const figures = await Promise.all(allPartitions.map((partition) => outbox.figures(partition)));
    return {
      waiting: figures.reduce((sum, { waiting }) => sum + waiting, 0),
      dead: figures.reduce((sum, { dead }) => sum + dead, 0),
    };
  }
}

/** A sink that takes at most so many changes in one call. */
export const batchesOf = (maxBatchSize: number, sink: Sink): Sink => ({
  maxBatchSize,
  deliver: (changes, signal) => sink.deliver(changes, signal),
});
