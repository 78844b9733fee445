const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long ago, coarse enough that it needs reading once: "just now", "12 s ago", "3 min ago", "2 h ago". */
export function formatAge(ageMs: number): string {
  if (ageMs < 3 * SECOND_MS) return 'just now';
  if (ageMs < MINUTE_MS) return `${Math.floor(ageMs / SECOND_MS)} s ago`;
  if (ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} min ago`;
  return `${Math.floor(ageMs / HOUR_MS)} h ago`;
}

/** The hour and minute of a DateTime in the reader's own time zone and habit: "14:05" or "2:05 PM". */
export function formatClock(dateTime: string): string {
  return new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' }).format(
    new Date(dateTime),
  );
}

/** A length of time: "less than a minute", "1 minute", "27 minutes", "1 h 5 min". */
export function formatDuration(durationMs: number): string {
  const minutes = Math.floor(durationMs / MINUTE_MS);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
