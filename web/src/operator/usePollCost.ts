import { useEffect, useState } from 'react';

interface Traffic {
  readonly requests: number;
  /** Bytes received, headers and compression included, as the browser counted them. */
  readonly bytes: number;
}

export interface PollCost {
  /** Since this page opened. */
  readonly total: Traffic;
  /** In one minute, measured over the last one; undefined until the page has been open for long enough to know. */
  readonly aMinute: Traffic | undefined;
}

interface TrafficLog {
  readonly sinceMs: number;
  readonly total: Traffic;
  readonly recent: readonly (Traffic & { readonly atMs: number })[];
}

const MINUTE_MS = 60_000;
/** Before that, the first round, which asks about everybody, would count too much. */
const MIN_MEASURED_MS = 15_000;

const sum = (all: readonly Traffic[]): Traffic =>
  all.reduce((a, b) => ({ requests: a.requests + b.requests, bytes: a.bytes + b.bytes }), {
    requests: 0,
    bytes: 0,
  });

/** Counts the page's requests to the service, as the browser itself records them. */
export function usePollCost(): PollCost {
  const [log, setLog] = useState<TrafficLog>(() => ({
    sinceMs: performance.now(),
    total: sum([]),
    recent: [],
  }));
  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const ours = (list.getEntries() as PerformanceResourceTiming[]).filter(
        ({ name }) => new URL(name).pathname === '/graphql',
      );
      if (ours.length === 0) return;
      const atMs = performance.now();
      const traffic = sum(ours.map(({ transferSize }) => ({ requests: 1, bytes: transferSize })));
      setLog(({ sinceMs, total, recent }) => ({
        sinceMs,
        total: sum([total, traffic]),
        recent: [...recent.filter((each) => each.atMs > atMs - MINUTE_MS), { ...traffic, atMs }],
      }));
    });
    observer.observe({ type: 'resource', buffered: false });
    return () => observer.disconnect();
  }, []);
  return { total: log.total, aMinute: trafficPerMinute(log) };
}

function trafficPerMinute({ sinceMs, recent }: TrafficLog): Traffic | undefined {
  const overMs = Math.min(MINUTE_MS, (recent.at(-1)?.atMs ?? sinceMs) - sinceMs);
  if (overMs < MIN_MEASURED_MS) return undefined;
  const { requests, bytes } = sum(recent);
  return { requests: (requests * MINUTE_MS) / overMs, bytes: (bytes * MINUTE_MS) / overMs };
}
