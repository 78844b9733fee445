import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Counter, Gauge, type Registry } from 'prom-client';

/** What is only looked at when somebody scrapes. */
export interface Sources {
  /** Whether each store can be used; may ask it. */
  readonly stores: Readonly<Record<string, () => Promise<boolean> | boolean>>;
  /** Of all processes. Rejects when it can't be counted. */
  readonly journeysUnderWay: () => Promise<number>;
  /** Tokens found among those verified before, and those that had to be verified, since the start. */
  readonly tokenCache: () => { readonly hits: number; readonly misses: number };
}

/** The delay is sampled so often; the time that a sample takes by itself is no delay. */
const RESOLUTION_MS = 10;

/** The event loop, the stores, journeys under way, the token cache and Node's own figures. */
export function addProcessMetrics(
  registry: Registry,
  { stores, journeysUnderWay, tokenCache }: Sources,
): void {
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
    help: '1 while this process can not use a store: redis by its connections and circuit breakers, database by a ping',
    labelNames: ['store'],
    registers,
    async collect() {
      await Promise.all(
        Object.entries(stores).map(async ([store, answers]) =>
          this.set({ store }, (await answers()) ? 0 : 1),
        ),
      );
    },
  });

  new Gauge({
    name: 'journey_under_way',
    help: 'Journeys under way, of all processes: take the maximum over processes, not the sum',
    registers,
    async collect() {
      // What can't be counted stays as it was: a zero would say that all have ended.
      await journeysUnderWay().then(
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
