import type { Arrival } from '../liveLocation/arrival.js';
import type { Words } from './Words.js';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** How long ago, coarse enough that it needs reading once: "just now", "12 s ago", "3 min ago", "2 h ago". */
export function formatAge({ age }: Words, ageMs: number): string {
  if (ageMs < 3 * secondMs) return age.justNow;
  if (ageMs < minuteMs) return age.seconds(Math.floor(ageMs / secondMs));
  if (ageMs < hourMs) return age.minutes(Math.floor(ageMs / minuteMs));
  return age.hours(Math.floor(ageMs / hourMs));
}

/** The hour and minute of a DateTime in the reader's own time zone: "14:05" or "2:05 PM". */
export function formatClock({ timeLocale }: Words, dateTime: string | number): string {
  return new Intl.DateTimeFormat(timeLocale, { hour: 'numeric', minute: '2-digit' }).format(
    new Date(dateTime),
  );
}

/** A length of time: "less than a minute", "1 minute", "27 minutes", "1 h 5 min". */
export function formatDuration({ duration }: Words, durationMs: number): string {
  const minutes = Math.floor(durationMs / minuteMs);
  if (minutes < 1) return duration.underAMinute;
  if (minutes < 60) return duration.minutes(minutes);
  return duration.hours(Math.floor(minutes / 60), minutes % 60);
}

/** Metres as people say them: "80 m", "1.2 km", "14 km". */
export function formatDistance(words: Words, meters: number): string {
  if (meters < 995) {
    return words.meters(String(meters < 100 ? Math.round(meters) : Math.round(meters / 10) * 10));
  }
  const kilometers = meters / 1000;
  return words.kilometers(
    kilometers < 9.95
      ? kilometers.toFixed(1).replace('.', words.decimalPoint)
      : String(Math.round(kilometers)),
  );
}

/** "trainer-00012" reads as "Trainer 12"; an id of another shape is shown as it is. */
export function formatPerson({ people }: Words, id: string): string {
  const [, kind = '', number = ''] = /^(trainer|student|operator)-0*(\d+)$/.exec(id) ?? [];
  return kind ? `${people[kind as keyof typeof people]} ${number}` : id;
}

/** When the trainer is expected: "in 8–12 min", "any moment now", "late: about 10:40". */
export function formatArrival(words: Words, arrival: Arrival): string {
  switch (arrival.kind) {
    case 'RANGE':
      return arrival.fromMinutes === arrival.toMinutes
        ? words.arrival.about(arrival.toMinutes)
        : words.arrival.range(arrival.fromMinutes, arrival.toMinutes);
    case 'SOON':
      return words.arrival.soon;
    case 'LATE':
      return words.arrival.late(formatClock(words, arrival.aboutMs));
  }
}

/** A text that begins a line. */
export const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
