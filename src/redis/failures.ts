import { BrokenCircuitError } from 'cockatiel';

import type { StoreProblem } from '../domain/errors';

/** No reply came within a command's deadline. */
export class RedisTimeout extends Error {
  override readonly name = 'RedisTimeout';

  constructor(timeoutMs: number) {
    super(`Redis did not reply within ${timeoutMs} ms`);
  }
}

/** The clock of a node did not answer, so the step whose deadline it was for was not sent. */
export class ClockUnknown extends Error {
  override readonly name = 'ClockUnknown';

  constructor(cause: unknown) {
    super('The clock of the Redis node is not known', { cause });
  }
}

/**
 * What is known of a command that failed.
 * UNSENT: it never left this process. REFUSED: the server answered that it did not run it. UNKNOWN: it may
 * have run, or may still run. FAULT: a mistake of ours in a script or its arguments.
 */
export type RedisFailure = 'UNSENT' | 'REFUSED' | 'UNKNOWN' | 'FAULT';

/** Error replies by which a server, rightly, refuses a command before it runs any of it. */
const refusals = [
  'ASK',
  'BUSY', // a script of someone else's runs too long
  'CLUSTERDOWN',
  'CROSSSLOT',
  'ERR max number of clients reached',
  'LOADING',
  'MASTERDOWN',
  'MISCONF', // it can't persist, and so takes no writes
  'MOVED',
  'NOAUTH',
  'NOPERM',
  'NOREPLICAS',
  'NOSCRIPT',
  'OOM',
  'READONLY',
  'TRYAGAIN',
  'UNBLOCKED',
  'WRONGPASS',
];

/** While a slot migrates, a script that finds its keys on two nodes is stopped by this, before it wrote (readSnapshot.lua says more). */
const migrating = /non local key in a cluster node/;

/** There was no connection to a node within a command's deadline, so the command was not sent. */
export class NodeUnreachable extends Error {
  override readonly name = 'NodeUnreachable';

  constructor(node: string) {
    super(`The Redis node ${node} cannot be reached`);
  }
}

/** While a command waited for the connection to its node, another node took over the slot. */
export class SlotMoved extends Error {
  override readonly name = 'SlotMoved';

  constructor(node: string) {
    super(`The slot is no longer served by the Redis node ${node}`);
  }
}

/** A Cluster client that follows no redirections wraps every failure of a command in these words, the server's replies too. */
const WRAPPING = 'Too many Cluster redirections. Last error: ';
const REPLY = 'ReplyError: ';

/** The failure as a client of a single Redis would have it. */
export function unwrap(error: unknown): unknown {
  if (!(error instanceof Error) || !error.message.startsWith(WRAPPING)) return error;
  const text = error.message.slice(WRAPPING.length);
  const isReply = text.startsWith(REPLY);
  const inner = new Error(isReply ? text.slice(REPLY.length) : text);
  if (isReply) inner.name = 'ReplyError';
  return inner;
}

const unsent = [BrokenCircuitError, ClockUnknown, NodeUnreachable, SlotMoved];

export function classify(error: unknown): RedisFailure {
  if (unsent.some((kind) => error instanceof kind)) return 'UNSENT';
  if (!(error instanceof Error)) return 'UNKNOWN';
  if (error.name === 'ReplyError') {
    if (refusals.some((prefix) => error.message.startsWith(prefix)) || migrating.test(error.message))
      return 'REFUSED';
    return 'FAULT';
  }
  return hadNoConnection(error) ? 'UNSENT' : 'UNKNOWN';
}

/** The two texts with which ioredis rejects a command that it has no connection for. */
const hadNoConnection = (error: Error): boolean =>
  /(Stream isn't writeable|Cluster isn't ready) and enableOfflineQueue/.test(error.message);

/** Whether a node of a cluster refused because the key's slot is, or is about to be, on another one. */
export const isElsewhere = (error: unknown): boolean =>
  error instanceof Error &&
  (error instanceof SlotMoved ||
    /^(MOVED|ASK|TRYAGAIN) /.test(error.message) ||
    migrating.test(error.message));

/** Whether the command has not run and may succeed a moment later: its slot is moving, or its connection was just lost. */
export const isWorthResending = (error: unknown): boolean =>
  isElsewhere(error) || (error instanceof Error && hadNoConnection(error));

/** The address that a MOVED names. */
export const movedTo = (error: unknown): string | undefined =>
  error instanceof Error ? /^MOVED \d+ (\S+)/.exec(error.message)?.[1] : undefined;

/** Failures by which a node shows that it is unavailable; refusals and faults are answers. */
export const isSilence = (error: unknown): boolean =>
  classify(error) === 'UNKNOWN' || error instanceof NodeUnreachable;

/** How the caller's error describes a failure that is an outage. */
export function problemOf(error: unknown): StoreProblem {
  if (error instanceof RedisTimeout) return 'SILENT';
  if (error instanceof ClockUnknown) return problemOf(error.cause);
  const failure = classify(error);
  if (failure === 'UNKNOWN') return 'DISCONNECTED';
  return failure === 'UNSENT' ? 'UNREACHABLE' : 'REFUSING';
}
