import { englishWords, type Words } from '@journey/client/words';
import { createContext, useContext } from 'react';

/** The page's words, in the reader's language. */
export const WordsContext = createContext<Words>(englishWords('browser'));

export const useWords = (): Words => useContext(WordsContext);
