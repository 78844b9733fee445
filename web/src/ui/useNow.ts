import { useEffect, useState } from 'react';

/** The device's clock in milliseconds, refreshed each second while `ticking`, for ages that grow on screen. */
export function useNow(ticking: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return undefined;
    // eslint-disable-next-line react-hooks/set-state-in-effect -- after a pause the time shown is old
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return nowMs;
}
