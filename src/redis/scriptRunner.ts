import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from 'ioredis';

import { storeUnavailable } from '../domain/errors';
import type { RedisClient } from './client';
import { Connections } from './connections';
import { sleepUntil, withDeadline } from './deadline';
import {
  classify,
  isElsewhere,
  isWorthResending,
  movedTo,
  NodeUnreachable,
  problemOf,
  RedisTimeout,
  ClockUnknown,
} from './failures';
import { NodeBreaker } from './nodeBreaker';
import { RedisClock } from './redisClock';
import { createScriptCallers, type Argument } from './scriptCaller';
import type { ReadingScript, ScriptName } from './scripts';

/** Between two tries of a step whose reply was lost. */
const RETRY_AFTER_MS = 50;

export interface RedisCall {
  readonly step: ScriptName;
  readonly seconds: number;
  /** `ok`, or the failure's kind. */
  readonly outcome: 'ok' | 'unsent' | 'refused' | 'unknown' | 'fault';
}

export interface ScriptRunnerOptions {
  /** For scripts that only read. */
  readonly reader: RedisClient;
  readonly writer: RedisClient;
  /** Deadline of one command. */
  readonly timeoutMs: number;
  readonly onCall?: (call: RedisCall) => void;
}

export interface WriteCall {
  /** The first one says which node runs the step. */
  readonly keys: readonly [string, ...string[]];
  readonly args: readonly Argument[];
  /**
   * `retry`: the step is safe to repeat and is tried again until it is known to have run, for twice the
   * command's deadline. `once`: it is sent once. Both hold back a 503 until the step can't run any more.
   * `bestEffort`: it fails as soon as it fails; no caller gets a result that a late run could contradict.
   */
  readonly mode: 'retry' | 'once' | 'bestEffort';
}

/** One call of a script. */
interface Command {
  readonly client: RedisClient;
  readonly connections: Connections;
  readonly node: string;
  readonly step: ScriptName;
  /** KEYS and ARGV; the first key says which node. */
  readonly args: readonly Argument[];
  readonly startedAt: number;
  readonly timeoutMs: number;
}

/** Runs the Lua steps: each within its deadline, through its node's circuit breaker, failing as STORE_UNAVAILABLE. */
export class ScriptRunner {
  private readonly scripts = createScriptCallers();
  private readonly clock = new RedisClock();
  private readonly breakers = new Map<string, NodeBreaker>();
  private readonly timeoutMs: number;
  private readonly readers: Connections;
  private readonly writers: Connections;

  constructor(private readonly options: ScriptRunnerOptions) {
    this.timeoutMs = options.timeoutMs;
    this.readers = Connections.of(options.reader);
    this.writers = Connections.of(options.writer);
    options.writer.on('close', () => this.clock.forget('redis'));
  }

  /** Waits until reads and writes have a connection to every node that serves a key. */
  async whenConnected(): Promise<void> {
    await Promise.all([this.readers.whenComplete(), this.writers.whenComplete()]);
  }

  /** A step that changes nothing. `args` are its KEYS and ARGV; the first key says which node. */
  read(step: ReadingScript, args: [string, ...Argument[]]): Promise<unknown> {
    const startedAt = performance.now();
    const giveUpAt = startedAt + this.timeoutMs;
    return this.send(this.reading(step, args, { startedAt, giveUpAt }), (error) =>
      this.readAgain(error, step, args, giveUpAt),
    );
  }

  private reading(
    step: ReadingScript,
    args: [string, ...Argument[]],
    { startedAt, giveUpAt }: { startedAt: number; giveUpAt: number },
  ): Command {
    return {
      client: this.options.reader,
      connections: this.readers,
      node: this.readers.nodeOf(args[0]),
      step,
      args,
      startedAt,
      timeoutMs: giveUpAt - startedAt,
    };
  }

  /** Tries a read again that did not run because its slot or its connection was lost; any other failure is final. */
  private async readAgain(
    error: unknown,
    step: ReadingScript,
    args: [string, ...Argument[]],
    giveUpAt: number,
  ): Promise<unknown> {
    for (let failure = error; ;) {
      if (!isWorthResending(failure) || performance.now() + RETRY_AFTER_MS >= giveUpAt)
        throw this.surfaced(failure);
      await sleep(RETRY_AFTER_MS);
      try {
        return await this.send(this.reading(step, args, { startedAt: performance.now(), giveUpAt }));
      } catch (error) {
        failure = error;
      }
    }
  }

  /**
   * A step that writes. Its deadline, by Redis' clock, stands before the first of `args`. Answers `[code, now, …]`.
   * When this throws STORE_UNAVAILABLE the step either ran before, or never will.
   */
  async write(step: ScriptName, { keys, args, mode }: WriteCall): Promise<unknown[]> {
    // A poll or an update pays for each look at the clock, so a call has one time: that of its beginning.
    let startedAt = performance.now();
    const giveUpAt = startedAt + (mode === 'retry' ? 2 : 1) * this.timeoutMs;
    let mayHaveRun = false;
    let refusedEarly = false;
    for (; ; startedAt = performance.now()) {
      const node = this.writers.nodeOf(keys[0]);
      try {
        let deadline = this.clock.toRedis(node, giveUpAt, startedAt);
        if (deadline === undefined) {
          await this.askClock(this.writing(node, 'now', [keys[0]], { startedAt, giveUpAt }));
          startedAt = performance.now();
          deadline = this.clock.toRedis(node, giveUpAt, startedAt)!;
        }
        const command = this.writing(node, step, [...keys, deadline, ...args], { startedAt, giveUpAt });
        const reply = (await this.send(command)) as [string, string, ...unknown[]];
        if (reply[0] === 'PAST_DEADLINE') this.clock.forget(node);
        this.clock.note(node, Number(reply[1]), startedAt);
        if (reply[0] !== 'PAST_DEADLINE') return reply;
        // Our estimate of the node's clock was behind (a failover to another machine): once more with the new one.
        if (refusedEarly || performance.now() >= giveUpAt) throw new RedisTimeout(this.timeoutMs);
        refusedEarly = true;
      } catch (error) {
        const failure = classify(error);
        if (failure === 'FAULT') throw error;
        mayHaveRun ||= failure === 'UNKNOWN';
        const worthwhile = (mode === 'retry' && mayHaveRun) || isWorthResending(error);
        if (!worthwhile || performance.now() + RETRY_AFTER_MS >= giveUpAt) {
          // The step could still run after a 503 that is returned now, so this waits until the script would refuse.
          if (mayHaveRun && mode !== 'bestEffort') await sleepUntil(giveUpAt);
          throw this.surfaced(error);
        }
        await sleep(RETRY_AFTER_MS);
      }
    }
  }

  private writing(
    node: string,
    step: ScriptName,
    args: readonly Argument[],
    { startedAt, giveUpAt }: { startedAt: number; giveUpAt: number },
  ): Command {
    const timeoutMs = Math.max(1, Math.min(this.timeoutMs, giveUpAt - startedAt));
    return { client: this.options.writer, connections: this.writers, node, step, args, startedAt, timeoutMs };
  }

  /** Whether both connections stand, and each node that serves a slot answers, as the breakers know it. */
  get isUp(): boolean {
    if (!this.readers.areComplete || !this.writers.areComplete) return false;
    // A node that lost its slots to another is no longer called, and its breaker stays as it is.
    return [...this.writers.nodes].every((node) => this.breakers.get(node)?.isClosed ?? true);
  }

  private surfaced(error: unknown): unknown {
    return classify(error) === 'FAULT'
      ? error
      : storeUnavailable('redis', error, { problem: problemOf(error) });
  }

  private async askClock(command: Command): Promise<void> {
    const now = await this.send(command).catch((error: unknown) => {
      // It only asked the time: whatever became of it, the step itself was never sent.
      throw classify(error) === 'UNKNOWN' ? new ClockUnknown(error) : error;
    });
    this.clock.note(command.node, Number(now), command.startedAt);
  }

  /** One call; `recover` has the last word on its failure. Of a poll's cost a good part would be promises, so there are few. */
  private send(command: Command, recover: (error: unknown) => unknown = rethrow): Promise<unknown> {
    const { step, startedAt } = command;
    const breaker = this.breakerOf(command.node);
    const wasClosed = breaker.isClosed;
    const exchange = (): Promise<unknown> => this.exchange(command);
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

  /** Sends the command as soon as its node is connected, within its deadline. */
  private exchange(command: Command): Promise<unknown> {
    const { connections, node, args, startedAt, timeoutMs } = command;
    if (connections.isConnected(node)) return this.sendNow(command, timeoutMs);
    return connections
      .whenConnected(node, args[0] as string, timeoutMs)
      .then(() => this.sendNow(command, Math.max(1, timeoutMs - (performance.now() - startedAt))));
  }

  /** The command itself. Where a cluster's slots are not where this process believes, it looks anew for later calls. */
  private sendNow({ client, step, args, node }: Command, timeoutMs: number): Promise<unknown> {
    const reply = withDeadline(this.scripts[step].call(client, args), timeoutMs);
    if (!(client instanceof Cluster)) return reply;
    return reply.catch((error: unknown) => {
      if (isElsewhere(error)) {
        client.refreshSlotsCache();
        if (movedTo(error) === node) throw new NodeUnreachable(node);
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
