import { failureInWords } from '@journey/client/words';
import { useRouter } from 'expo-router';
import type { ReactNode } from 'react';
import { RefreshControl } from 'react-native';
import { session } from '../src/session';
import type { Sessions } from '../src/useSessions';
import { useWords } from '../src/words/useWords';
import { Button } from './ui/Button';
import { Notice } from './ui/Notice';
import { Page } from './ui/Page';

/** What the lists of students and trainers have around them. */
export function SessionsPage({ sessions, children }: { sessions: Sessions; children: ReactNode }) {
  const { words, texts } = useWords();
  const router = useRouter();
  const { failure, showMore } = sessions;
  return (
    <Page
      refreshControl={
        <RefreshControl refreshing={sessions.isRefreshing} onRefresh={() => void sessions.refresh()} />
      }
    >
      {failure && (
        <>
          <Notice kind="alert">{failureInWords(words, failure, 'look')}</Notice>
          {failure.code === 'UNAUTHENTICATED' ? (
            <Button kind="primary" title={texts.signIn.screen} onPress={() => router.push('/sign-in')} />
          ) : (
            <Button title={words.buttons.tryAgain} onPress={() => sessions.refresh()} />
          )}
        </>
      )}
      {!sessions.sessions && !failure && <Notice>{texts.sessions.loading}</Notice>}
      {children}
      {showMore && <Button title={texts.sessions.more} onPress={showMore} />}
      <Button title={texts.signIn.signOut} onPress={() => session.signOut()} />
    </Page>
  );
}
