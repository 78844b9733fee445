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

export function classify(error: unknown): RedisFailure {
  if (error instanceof BrokenCircuitError) return 'UNSENT';
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
