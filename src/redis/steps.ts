import { setTimeout as sleep } from 'node:timers/promises';
import calculateSlot from 'cluster-key-slot';
import { BrokenCircuitError } from 'cockatiel';
import { Cluster } from 'ioredis';

import { storeUnavailable } from '../domain/errors';
import type { RedisClient } from './client';
import { withDeadline } from './deadline';
import { classify, isElsewhere, movedTo, NodeAway, RedisTimeout } from './failures';
import { NodeBreaker } from './nodeBreaker';
import { RedisClock } from './redisClock';
import type { ReadingScript, ScriptName } from './scripts';

type Argument = string | number;
type Scripts = Record<ScriptName, (...args: Argument[]) => Promise<unknown>>;

/** Between two tries of a step whose reply was lost. */
const RETRY_AFTER_MS = 50;

export interface RedisCall {
  readonly step: ScriptName;
  readonly seconds: number;
  /** `ok`, or the failure's kind. */
  readonly outcome: 'ok' | 'unsent' | 'refused' | 'unknown' | 'fault';
}

export interface StepsOptions {
  /** For reading steps; may pipeline automatically. */
  readonly reader: RedisClient;
  readonly writer: RedisClient;
  /** Deadline of one command. */
  readonly timeoutMs: number;
  readonly onCall?: (call: RedisCall) => void;
}

export interface WriteOptions {
  /**
   * `retry`: the step is safe to repeat and is tried again until it is known to have run, for twice the
   * command's deadline. `once`: it is sent once. Both hold back a 503 until the step can't run any more.
   * `bestEffort`: it fails as soon as it fails; nobody is told anything that a late run could belie.
   */
  readonly mode: 'retry' | 'once' | 'bestEffort';
}

/** Runs the Lua steps: each within its deadline, through its node's circuit breaker, failing as STORE_UNAVAILABLE. */
export class Steps {
  private readonly clock = new RedisClock();
  private readonly breakers = new Map<string, NodeBreaker>();
  private readonly timeoutMs: number;

  constructor(private readonly options: StepsOptions) {
    this.timeoutMs = options.timeoutMs;
    options.writer.on('close', () => this.clock.forget('redis'));
  }

  /** A step that changes nothing. `args` are its KEYS and ARGV; the first key says which node. */
  read(step: ReadingScript, args: [string, ...Argument[]]): Promise<unknown> {
    const { reader } = this.options;
    const giveUpAt = performance.now() + this.timeoutMs;
    return this.send(reader, step, args, nodeOf(reader, args[0]), this.timeoutMs, (error) =>
      this.readElsewhere(error, step, args, giveUpAt),
    );
  }

  /** Tries a read again whose slot was on its way to another node; any other failure is final. */
  private async readElsewhere(
    error: unknown,
    step: ReadingScript,
    args: [string, ...Argument[]],
    giveUpAt: number,
  ): Promise<unknown> {
    const { reader } = this.options;
    for (let failure = error; ;) {
      if (!isElsewhere(failure) || performance.now() + RETRY_AFTER_MS >= giveUpAt)
        throw this.surfaced(failure);
      await sleep(RETRY_AFTER_MS);
      try {
        return await this.send(reader, step, args, nodeOf(reader, args[0]), giveUpAt - performance.now());
      } catch (error) {
        failure = error;
      }
    }
  }

  /**
   * A step that writes. Its deadline, by Redis' clock, stands before the first of `args`. Answers `[code, now, …]`.
   * When this throws STORE_UNAVAILABLE the step either ran before, or never will.
   */
  async write(
    step: ScriptName,
    keys: [string, ...string[]],
    args: Argument[],
    { mode }: WriteOptions,
  ): Promise<unknown[]> {
    const giveUpAt = performance.now() + (mode === 'retry' ? 2 : 1) * this.timeoutMs;
    let mayHaveRun = false;
    let refusedEarly = false;
    for (;;) {
      const remainingMs = giveUpAt - performance.now();
      const node = nodeOf(this.options.writer, keys[0]);
      try {
        const deadline =
          this.clock.toRedis(node, giveUpAt) ?? (await this.askDeadline(node, keys[0], giveUpAt));
        const timeoutMs = Math.max(1, Math.min(this.timeoutMs, remainingMs));
        const sentAt = performance.now();
        const reply = (await this.send(
          this.options.writer,
          step,
          [...keys, deadline, ...args],
          node,
          timeoutMs,
        )) as [string, string, ...unknown[]];
        if (reply[0] === 'PAST_DEADLINE') this.clock.forget(node);
        this.clock.note(node, Number(reply[1]), sentAt);
        if (reply[0] !== 'PAST_DEADLINE') return reply;
        // Our estimate of the node's clock was behind (a failover to another machine): once more with the new one.
        if (refusedEarly || performance.now() >= giveUpAt) throw new RedisTimeout(this.timeoutMs);
        refusedEarly = true;
      } catch (error) {
        const failure = classify(error);
        if (failure === 'FAULT') throw error;
        mayHaveRun ||= failure === 'UNKNOWN';
        // Refused by a slot on its way to another node, it has not run, whatever its mode.
        const worthwhile = (mode === 'retry' && mayHaveRun) || isElsewhere(error);
        if (!worthwhile || performance.now() + RETRY_AFTER_MS >= giveUpAt) {
          // Told 503 now, the caller could see the step run after all: wait until the script would refuse.
          if (mayHaveRun && mode !== 'bestEffort') await sleep(Math.max(0, giveUpAt - performance.now()));
          throw this.surfaced(error);
        }
        await sleep(RETRY_AFTER_MS);
      }
    }
  }

  /** Whether both connections stand, and each node that serves a slot answers, as the breakers know it. */
  get isUp(): boolean {
    const { reader, writer } = this.options;
    if (reader.status !== 'ready' || writer.status !== 'ready') return false;
    // A node that lost its slots to another is no longer called, and its breaker stays as it is.
    const nodes = writer instanceof Cluster ? new Set(writer.slots.map(([master]) => master!)) : ['redis'];
    return [...nodes].every((node) => this.breakers.get(node)?.isClosed ?? true);
  }

  private surfaced(error: unknown): unknown {
    return classify(error) === 'FAULT' ? error : storeUnavailable('redis', error);
  }

  private async askDeadline(node: string, key: string, giveUpAt: number): Promise<number> {
    const sentAt = performance.now();
    const now = await this.send(this.options.writer, 'now', [key], node, this.timeoutMs).catch(
      (error: unknown) => {
        // It only asked the time: whatever became of it, the step itself was never sent.
        throw classify(error) === 'UNKNOWN' ? new BrokenCircuitError() : error;
      },
    );
    this.clock.note(node, Number(now), sentAt);
    return this.clock.toRedis(node, giveUpAt)!;
  }

  /** One call; `recover` has the last word on its failure. Of a poll's cost a good part would be promises, so there are few. */
  private send(
    client: RedisClient,
    step: ScriptName,
    args: Argument[],
    node: string,
    timeoutMs: number,
    recover: (error: unknown) => unknown = rethrow,
  ): Promise<unknown> {
    const startedAt = performance.now();
    const breaker = this.breakerOf(node);
    const wasClosed = breaker.isClosed;
    const exchange = (): Promise<unknown> => this.exchange(client, step, args, node, timeoutMs);
    return (wasClosed ? exchange() : breaker.probe(exchange)).then(
      (reply) => {
        if (wasClosed) breaker.succeeded();
        this.report(step, startedAt, 'ok');
        return reply;
      },
      async (error: unknown) => {
        if (wasClosed) await breaker.failed(error);
        this.report(step, startedAt, classify(error).toLowerCase() as RedisCall['outcome']);
        return recover(error);
      },
    );
  }

  private report(step: ScriptName, startedAt: number, outcome: RedisCall['outcome']): void {
    this.options.onCall?.({ step, seconds: (performance.now() - startedAt) / 1000, outcome });
  }

  /** The command itself. Where a cluster's slots are not where this process believes, it looks anew for later calls. */
  private exchange(
    client: RedisClient,
    step: ScriptName,
    args: Argument[],
    node: string,
    timeoutMs: number,
  ): Promise<unknown> {
    const reply = withDeadline((client as unknown as Scripts)[step](...args), timeoutMs);
    if (!(client instanceof Cluster)) return reply;
    return reply.catch((error: unknown) => {
      if (isElsewhere(error)) {
        client.refreshSlotsCache();
        if (movedTo(error) === node) throw new NodeAway(node);
      }
      throw error;
    });
  }

  private breakerOf(node: string): NodeBreaker {
    let breaker = this.breakers.get(node);
    if (!breaker) this.breakers.set(node, (breaker = new NodeBreaker()));
    return breaker;
  }
}

const rethrow = (error: unknown): never => {
  throw error;
};

/** The address of the master that serves a key, so that one lost master opens one breaker alone. */
const nodeOf = (client: RedisClient, key: string): string =>
  client instanceof Cluster ? (client.slots[calculateSlot(key)]?.[0] ?? 'unknown') : 'redis';
