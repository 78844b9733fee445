import { failureInWords } from '@journey/client/words';
import { useRouter } from 'expo-router';
import { useState, type ReactNode } from 'react';
import { RefreshControl } from 'react-native';
import { session } from '../src/session';
import type { SessionLists } from '../src/sessions/useSessionLists';
import { useWords } from '../src/words/useWords';
import { Button } from './ui/Button';
import { Notice } from './ui/Notice';
import { Page } from './ui/Page';

/** What the lists of students and trainers have around them. */
export function SessionsPage({ lists, children }: { lists: SessionLists; children: ReactNode }) {
  const { words, texts } = useWords();
  const router = useRouter();
  const [isPulled, setIsPulled] = useState(false);
  const { failure, isLoaded } = lists;
  const pull = (): void => {
    setIsPulled(true);
    void lists.refresh().finally(() => setIsPulled(false));
  };
  return (
    <Page refreshControl={<RefreshControl refreshing={isPulled} onRefresh={pull} />}>
      {failure && (
        <>
          <Notice kind="alert">{failureInWords(words, failure, 'list')}</Notice>
          {failure.code === 'UNAUTHENTICATED' ? (
            <Button kind="primary" title={texts.signIn.screen} onPress={() => router.push('/sign-in')} />
          ) : (
            <Button title={words.buttons.tryAgain} onPress={lists.refresh} />
          )}
        </>
      )}
      {!isLoaded && !failure && <Notice>{texts.sessions.loading}</Notice>}
      {children}
      <Button title={texts.signIn.signOut} onPress={() => session.signOut()} />
    </Page>
  );
}
