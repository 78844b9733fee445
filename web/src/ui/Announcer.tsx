/** Says a change to screen readers once, politely. Hand it what changes by state, not by the second. */
export function Announcer({ message }: { message: string }) {
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {message}
    </p>
  );
}
