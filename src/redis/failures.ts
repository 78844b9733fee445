import { BrokenCircuitError } from 'cockatiel';

/** No reply came within a command's deadline. */
export class RedisTimeout extends Error {
  override readonly name = 'RedisTimeout';

  constructor(timeoutMs: number) {
    super(`Redis did not reply within ${timeoutMs} ms`);
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

/** While a slot migrates, a script that finds its keys on two nodes is stopped by this, before it wrote (look.lua says more). */
const migrating = /non local key in a cluster node/;

/** A node of a cluster can't be reached: ioredis asked another, which pointed back at it. */
export class NodeAway extends Error {
  override readonly name = 'NodeAway';

  constructor(node: string) {
    super(`The cluster's node ${node} can not be reached`);
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

export function classify(error: unknown): RedisFailure {
  if (error instanceof BrokenCircuitError || error instanceof NodeAway) return 'UNSENT';
  if (!(error instanceof Error)) return 'UNKNOWN';
  if (error.name === 'ReplyError') {
    if (refusals.some((prefix) => error.message.startsWith(prefix)) || migrating.test(error.message))
      return 'REFUSED';
    return 'FAULT';
  }
  // The two texts with which ioredis rejects a command that it has no connection for.
  if (/(Stream isn't writeable|Cluster isn't ready) and enableOfflineQueue/.test(error.message))
    return 'UNSENT';
  return 'UNKNOWN';
}

/** Whether a node of a cluster refused because the key's slot is, or is about to be, on another one. */
export const isElsewhere = (error: unknown): boolean =>
  error instanceof Error && (/^(MOVED|ASK|TRYAGAIN) /.test(error.message) || migrating.test(error.message));

/** The address that a MOVED names. */
export const movedTo = (error: unknown): string | undefined =>
  error instanceof Error ? /^MOVED \d+ (\S+)/.exec(error.message)?.[1] : undefined;

/** Failures by which a node shows that it is away; refusals and faults are answers. */
export const isSilence = (error: unknown): boolean =>
  classify(error) === 'UNKNOWN' || error instanceof NodeAway;
