import { momentOf, systemClock, type Moment } from '@journey/client';
import { useEffect, useState } from 'react';

/** Now, refreshed each second while `ticking`, for ages that grow on screen. */
export function useNow(ticking: boolean): Moment {
  const [now, setNow] = useState(() => momentOf(systemClock));
  useEffect(() => {
    if (!ticking) return undefined;
    // eslint-disable-next-line react-hooks/set-state-in-effect -- after a pause the time shown is old
    setNow(momentOf(systemClock));
    const timer = setInterval(() => setNow(momentOf(systemClock)), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
