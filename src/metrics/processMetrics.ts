import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, type Registry } from 'prom-client';

/** What is read only when a scrape asks for it. */
export interface Sources {
  /** Whether each store can be used; the function may send it a command. */
  readonly stores: Readonly<Record<string, () => Promise<boolean> | boolean>>;
  /** The number of active journeys, of all processes. Rejects when they can't be counted. */
  readonly activeJourneys: () => Promise<number>;
  /** Tokens found in the cache of verified ones, and tokens that had to be verified, since the start. */
  readonly tokenCache: () => { readonly hits: number; readonly misses: number };
}

/** The interval of the samples of the event loop's delay; the interval itself is part of each sample and is subtracted. */
const RESOLUTION_MS = 10;

/** Adds the metrics of the event loop, the stores, active journeys, the token cache and Node itself. */
export function addProcessMetrics(registry: Registry, { stores, activeJourneys, tokenCache }: Sources): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  new Gauge({
    name: 'journey_event_loop_delay_seconds',
    help: 'How late the event loop was since the last scrape, by quantile (1: the longest)',
    labelNames: ['quantile'],
    registers,
    collect() {
      const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000) || 0;
      this.set({ quantile: '0.5' }, late(delay.percentile(50)));
      this.set({ quantile: '0.99' }, late(delay.percentile(99)));
      this.set({ quantile: '1' }, late(delay.max));
      delay.reset();
    },
  });

  new Gauge({
    name: 'journey_store_down',
    help: '1 while this process cannot use a store: redis by its connections and circuit breakers, database by a ping',
    labelNames: ['store'],
    registers,
    async collect() {
      await Promise.all(
        Object.entries(stores).map(async ([store, isUp]) => this.set({ store }, (await isUp()) ? 0 : 1)),
      );
    },
  });

  new Gauge({
    name: 'journey_active',
    help: 'Active journeys, of all processes: take the maximum over processes, not the sum',
    registers,
    async collect() {
      // A failed count leaves the last value: a zero would say that all journeys have ended.
      await activeJourneys().then(
        (count) => this.set(count),
        () => undefined,
      );
    },
  });

  const counted = (name: string, help: string, count: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(count());
      },
    });
  counted(
    'journey_token_cache_hits_total',
    'Requests whose token was verified before',
    () => tokenCache().hits,
  );
  counted(
    'journey_token_cache_misses_total',
    'Requests whose token had to be verified',
    () => tokenCache().misses,
  );
}
