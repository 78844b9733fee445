import { activeSession } from '@journey/client';
import { failureInWords } from '@journey/client/words';
import { useRouter } from 'expo-router';
import { useState, type ReactNode } from 'react';
import { RefreshControl } from 'react-native';
import { session } from '../src/session';
import type { SessionLists } from '../src/sessions/useSessionLists';
import { storage } from '../src/storage';
import { useWords } from '../src/words/useWords';
import { Button } from './ui/Button';
import { Notice } from './ui/Notice';
import { Page } from './ui/Page';

interface SessionsPageProps {
  readonly lists: SessionLists;
  /** What leads to the active journeys, above the lists. */
  readonly active: ReactNode;
  /** The lists. They appear together, so that no row moves away under a finger. */
  readonly children: ReactNode;
}

/** What the lists of students and trainers have around them. */
export function SessionsPage({ lists, active, children }: SessionsPageProps) {
  const { words, texts } = useWords();
  const router = useRouter();
  const [isPulled, setIsPulled] = useState(false);
  const [isWarned, setIsWarned] = useState(false);
  const { failure, isLoaded } = lists;
  const [areListsShown, setAreListsShown] = useState(false);
  // They stay when one of them that failed is asked for again.
  if (!areListsShown && (isLoaded || failure)) setAreListsShown(true);
  const pull = (): void => {
    setIsPulled(true);
    void lists.refresh().finally(() => setIsPulled(false));
  };
  const signOut = async (): Promise<void> => {
    // What this phone shares is no longer shared afterwards, and nobody would tell the student.
    const active = isWarned ? null : await activeSession(storage).catch(() => null);
    if (active) setIsWarned(true);
    else await session.signOut();
  };
  return (
    <Page refreshControl={<RefreshControl refreshing={isPulled} onRefresh={pull} />}>
      {failure && (
        <>
          <Notice kind="alert">{failureInWords(words, failure, 'list')}</Notice>
          {failure.code === 'UNAUTHENTICATED' ? (
            <Button kind="primary" title={texts.signIn.screen} onPress={() => router.push('/sign-in')} />
          ) : (
            <Button kind="quiet" title={words.buttons.tryAgain} onPress={lists.refresh} />
          )}
        </>
      )}
      {active}
      {!isLoaded && !failure && <Notice>{texts.sessions.loading}</Notice>}
      {areListsShown && children}
      {isWarned && <Notice kind="alert">{texts.signIn.stillSharing}</Notice>}
      <Button
        kind={isWarned ? 'danger' : 'quiet'}
        title={isWarned ? texts.signIn.signOutAnyway : texts.signIn.signOut}
        onPress={signOut}
      />
    </Page>
  );
}
