import { englishWords, germanWords } from '@journey/client/words';
import { describe, expect, it } from 'vitest';
import { formatBytes } from '../src/format/bytes';

describe('formatted numbers', () => {
  it.each([
    [812, '812 B'],
    [14_230, '14.2 kB'],
    [3_140_000, '3.1 MB'],
  ])('says %d bytes as %s', (bytes, words) => {
    expect(formatBytes(englishWords('browser'), bytes)).toBe(words);
    expect(formatBytes(germanWords('browser'), bytes)).toBe(words.replace('.', ','));
  });
});
