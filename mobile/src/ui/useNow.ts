import { momentOf, systemClock, type Moment } from '@journey/client';
import { useEffect, useState } from 'react';

/** Now, refreshed each second while `ticking`, for ages that grow on the screen. */
export function useNow(ticking: boolean): Moment {
  const [now, setNow] = useState(() => momentOf(systemClock));
  useEffect(() => {
    if (!ticking) return undefined;
    const tick = (): void => setNow(momentOf(systemClock));
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
