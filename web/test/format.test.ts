import { describe, expect, it } from 'vitest';
import { formatBytes } from '../src/format/bytes';
import { formatDistance } from '../src/format/distance';
import { formatPerson } from '../src/format/person';
import { formatAge, formatDuration } from '../src/format/time';

describe('formatted numbers', () => {
  it.each([
    [0, '0 m'],
    [42.4, '42 m'],
    [154, '150 m'],
    [994, '990 m'],
    [996, '1.0 km'],
    [1640, '1.6 km'],
    [9940, '9.9 km'],
    [9960, '10 km'],
    [14_400, '14 km'],
  ])('says %d metres as %s', (meters, words) => {
    expect(formatDistance(meters)).toBe(words);
  });

  it.each([
    [0, 'just now'],
    [2999, 'just now'],
    [3000, '3 s ago'],
    [59_999, '59 s ago'],
    [60_000, '1 min ago'],
    [3_599_999, '59 min ago'],
    [7_200_000, '2 h ago'],
  ])('says %d ms of age as %s', (ageMs, words) => {
    expect(formatAge(ageMs)).toBe(words);
  });

  it.each([
    [59_000, 'less than a minute'],
    [60_000, '1 minute'],
    [190_000, '3 minutes'],
    [3_900_000, '1 h 5 min'],
  ])('says a length of %d ms as %s', (durationMs, words) => {
    expect(formatDuration(durationMs)).toBe(words);
  });

  it.each([
    [812, '812 B'],
    [14_230, '14.2 kB'],
    [3_140_000, '3.1 MB'],
  ])('says %d bytes as %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it('shows a seeded id as a name, and any other id unchanged', () => {
    expect(formatPerson('trainer-00012')).toBe('Trainer 12');
    expect(formatPerson('9f1c:anna')).toBe('9f1c:anna');
  });
});
