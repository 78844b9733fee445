import { useEffect, useState } from 'react';

/**
 * Says a change to screen readers once, politely. Hand it what changes by state, not by the second. It is there, empty,
 * before it has anything to say: a region that comes with its text is read by few of them.
 */
export function Announcer({ message }: { message: string }) {
  const [said, setSaid] = useState('');
  // eslint-disable-next-line react-hooks/set-state-in-effect -- the region is rendered empty first, on purpose
  useEffect(() => setSaid(message), [message]);
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {said}
    </p>
  );
}
