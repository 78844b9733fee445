import { setTimeout as sleep } from 'node:timers/promises';

import type { RouterTurn, RouterTurns } from '../domain/router';
import type { RouterCalls } from './routerCalls';

/** Between the beginnings of two rounds over all partitions. */
const ROUND_MS = 1000;
/** With a short interval, as tests have it, rounds are shorter too. */
const ROUNDS_PER_INTERVAL = 4;
/** Most turns that one step takes. */
const MAX_TURNS = 16;

export interface RouterWorkerOptions {
  readonly calls: RouterCalls;
  readonly turns: RouterTurns;
  readonly partitions: readonly string[];
  /** Between two turns of one journey. */
  readonly intervalMs: number;
  /** For metrics. */
  readonly onTurn?: (turn: RouterTurn) => void;
  /** The turns could not be taken, or an answer not be stored: called once for each outage of the store. */
  readonly onError: (error: unknown) => void;
}

/**
 * Asks the router for each journey in turn, beside all requests: a poll and an update only read what is stored. Every
 * process runs a worker. A turn belongs to the process that takes it, and a process takes only as many as it can ask for
 * at once, so a slow router makes the turns late and nothing else.
 */
export class RouterWorker {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly inFlight = new Set<Promise<void>>();
  private isStoreUnavailable = false;

  constructor(private readonly options: RouterWorkerOptions) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.options.calls.stop();
    await this.running;
    await Promise.all(this.inFlight);
  }

  /** Visits each partition once, and begins the calls for the turns that are due. */
  async round(): Promise<void> {
    const { partitions } = this.options;
    // Processes begin at different partitions.
    const first = Math.floor(Math.random() * partitions.length);
    for (let at = 0; at < partitions.length; at += 1) {
      const partition = partitions[(first + at) % partitions.length]!;
      await this.visit(partition).catch((error: unknown) => this.failed(error));
    }
  }

  private async run(): Promise<void> {
    const { intervalMs } = this.options;
    const roundMs = Math.min(ROUND_MS, intervalMs / ROUNDS_PER_INTERVAL);
    while (!this.isStopping) {
      const startedAt = performance.now();
      await this.round();
      // Jitter keeps the processes from visiting at the same time.
      const restMs = roundMs * (0.9 + Math.random() * 0.2) - (performance.now() - startedAt);
      await sleep(Math.max(0, restMs), undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  private async visit(partition: string): Promise<void> {
    const { calls, turns, onTurn } = this.options;
    for (;;) {
      while (calls.free === 0 && !calls.isUnavailable && !this.isStopping) await calls.callEnded();
      const limit = Math.min(calls.free, MAX_TURNS);
      if (limit === 0 || this.isStopping) return;
      const taken = await turns.take(partition, limit);
      this.isStoreUnavailable = false;
      for (const turn of taken) {
        onTurn?.(turn);
        this.begin(turn);
      }
      if (taken.length < limit) return;
    }
  }

  private begin(turn: RouterTurn): void {
    const call = this.ask(turn)
      .catch((error: unknown) => this.failed(error))
      .finally(() => this.inFlight.delete(call));
    this.inFlight.add(call);
  }

  private async ask(turn: RouterTurn): Promise<void> {
    const { calls, turns } = this.options;
    const seconds = await calls.travelSeconds(turn.from, turn.home);
    if (seconds !== null && !this.isStopping) await turns.answer(turn, seconds);
  }

  private failed(error: unknown): void {
    if (!this.isStoreUnavailable) this.options.onError(error);
    this.isStoreUnavailable = true;
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}
