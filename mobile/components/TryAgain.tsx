import type { JourneyFailure } from '@journey/client';
import { useFocusEffect, useRouter } from 'expo-router';
import { useCallback, useRef } from 'react';
import { useWords } from '../src/words/useWords';
import { Button } from './ui/Button';

interface TryAgainProps {
  readonly failure: JourneyFailure | null;
  readonly onTryAgain: () => void;
}

/** What can be done about a failure: another sign-in, after which it is tried again, or the same thing once more. */
export function TryAgain({ failure, onTryAgain }: TryAgainProps) {
  const { words, texts } = useWords();
  const router = useRouter();
  const isSigningIn = useRef(false);
  useFocusEffect(
    useCallback(() => {
      if (isSigningIn.current) onTryAgain();
      isSigningIn.current = false;
    }, [onTryAgain]),
  );
  if (!failure) return null;
  if (failure.code !== 'UNAUTHENTICATED')
    return <Button title={words.buttons.tryAgain} onPress={onTryAgain} />;
  const signIn = (): void => {
    isSigningIn.current = true;
    router.push('/sign-in');
  };
  return <Button kind="primary" title={texts.signIn.screen} onPress={signIn} />;
}
