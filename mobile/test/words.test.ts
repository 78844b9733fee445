import { englishWords, germanWords } from '@journey/client/words';
import { appWords } from '../src/words/useWords';
import { trackingNotification } from '../src/words/trackingNotification';
import { phone } from './support/FakePhone';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every text of a catalogue, by its path; functions are called with stand-ins. */
function textsOf(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return textsOf((value as (...args: string[]) => unknown)('7', '7'), path);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsOf(each, path ? `${path}.${key}` : key));
}

test('every text of the app is there in both languages, and none is empty or left in English', () => {
  const english = new Map(textsOf(appWords.en));
  const german = new Map(textsOf(appWords.de));
  expect([...german.keys()]).toEqual([...english.keys()]);
  const sameInBoth = ['trainerLocation.screen'];
  for (const [path, text] of german) {
    expect(text.trim()).not.toBe('');
    if (!sameInBoth.includes(path)) expect([path, text]).not.toEqual([path, english.get(path)]);
  }
});

test('the words that are shared with the web map speak to an app, not to a page', () => {
  for (const words of [englishWords('app'), germanWords('app')])
    // What is said of shares speaks of links that are sent to others.
    for (const [path, text] of textsOf({
      ...words,
      ...{ operator: null, app: null, shares: null },
      refusals: { ...words.refusals, share: null },
    }))
      expect([path, text]).not.toEqual([path, expect.stringMatching(/browser|reload|link/i)]);
});

test('iOS says what the position is used for in both languages', () => {
  const purposes = ['en', 'de'].map((language) => {
    const file = readFileSync(join(__dirname, `../locales/${language}.json`), 'utf8');
    return (JSON.parse(file) as { ios: Record<string, string> }).ios['NSLocationWhenInUseUsageDescription'];
  });
  expect(new Set(purposes).size).toBe(2);
});

test('the notification of the location service is in the language of the phone', () => {
  phone().language = 'en-US';
  expect(trackingNotification().title).toBe('Sharing your way');
  phone().language = 'de-AT';
  expect(trackingNotification()).toEqual(germanWords('app').trainer.notification);
  expect(trackingNotification().title).toMatch(/Weg|Fahrt/);
});
