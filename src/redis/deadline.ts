import { setTimeout as sleep } from 'node:timers/promises';

import { RedisTimeout, unwrap } from './failures';

/** ioredis' own commandTimeout does not cover a cluster's retries, so each command has this one instead. */
export function withDeadline<T>(reply: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RedisTimeout(timeoutMs)), timeoutMs);
    reply.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(unwrap(error));
      },
    );
  });
}

/** Waits until this moment of `performance.now()`. A timer alone is not enough: Node's fire up to 2 ms early. */
export async function sleepUntil(monotonicMs: number): Promise<void> {
  for (let leftMs; (leftMs = monotonicMs - performance.now()) > 0;) await sleep(Math.ceil(leftMs));
}
