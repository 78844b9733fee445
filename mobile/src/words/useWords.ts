import { wordsFor, type Language, type Words } from '@journey/client/words';
import { useLocales } from 'expo-localization';
import { useMemo } from 'react';
import type { AppWords } from './AppWords';
import { english } from './english';
import { german } from './german';

export const appWords: Record<Language, AppWords> = { en: english, de: german };

export interface UseWords {
  /** Shared with the web map. */
  readonly words: Words;
  readonly texts: AppWords;
}

/** Every text in the language of the phone, and in the new one when it is changed. */
export function useWords(): UseWords {
  const languages = useLocales()
    .map(({ languageTag }) => languageTag)
    .join();
  return useMemo(() => {
    const words = wordsFor(languages.split(','), 'app');
    return { words, texts: appWords[words.language] };
  }, [languages]);
}
