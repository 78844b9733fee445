import { LRUCache } from 'lru-cache';

/** Calls `load` at most once at a time, and not while its last result is younger than `ttlMs`. A failure is not kept. */
export function memoizeWithTtl<T extends NonNullable<unknown>>(
  load: () => Promise<T>,
  ttlMs: number,
): () => Promise<T> {
  const cache = new LRUCache<'result', T>({ max: 1, ttl: ttlMs, fetchMethod: load });
  return () => cache.forceFetch('result');
}
