import { englishWords } from './english.js';
import { germanWords } from './german.js';
import type { Host, Words } from './Words.js';

/** The words of the first of these languages (BCP 47, the most wanted first) that there is; else the English ones. */
export function wordsFor(languages: readonly string[], host: Host): Words {
  for (const tag of languages) {
    const [language] = tag.toLowerCase().split('-');
    if (language === 'en') return englishWords(host);
    if (language === 'de') return germanWords(host);
  }
  return englishWords(host);
}
