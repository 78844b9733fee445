import { useEffect, useState } from 'react';

/** What watching has cost since this page opened. */
export interface PollCost {
  readonly requests: number;
  /** Bytes received, headers and compression included, as the browser counted them. */
  readonly bytes: number;
  readonly sinceMs: number;
}

/** Counts the page's requests to the service, by the browser's own books. */
export function usePollCost(): PollCost {
  const [cost, setCost] = useState<PollCost>(() => ({ requests: 0, bytes: 0, sinceMs: Date.now() }));
  useEffect(() => {
    const observer = new PerformanceObserver((list) => {
      const ours = (list.getEntries() as PerformanceResourceTiming[]).filter(
        ({ name }) => new URL(name).pathname === '/graphql',
      );
      if (ours.length === 0) return;
      setCost(({ requests, bytes, sinceMs }) => ({
        requests: requests + ours.length,
        bytes: ours.reduce((sum, { transferSize }) => sum + transferSize, bytes),
        sinceMs,
      }));
    });
    observer.observe({ type: 'resource', buffered: false });
    return () => observer.disconnect();
  }, []);
  return cost;
}
