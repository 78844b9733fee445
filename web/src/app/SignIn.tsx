import type { Description, Words } from '@journey/client/words';
import type { ReactNode } from 'react';
import { Screen } from '../ui/Screen';
import { Status } from '../ui/Status';
import { useWords } from './words';

export type SignInReason = 'ASKING' | 'NO_KEY' | 'NOT_IN_DEMO';

function describe({ app }: Words, reason: SignInReason): Description {
  switch (reason) {
    case 'ASKING':
      return { tone: 'waiting', icon: 'clock', ...app.asking };
    case 'NO_KEY':
      return { tone: 'ended', icon: 'locked', ...app.noKey };
    case 'NOT_IN_DEMO':
      return { tone: 'ended', icon: 'clock', ...app.notInDemo };
  }
}

/** What somebody sees who came without a token that opens anything. */
export function SignIn({ reason, footer }: { reason: SignInReason; footer?: ReactNode }) {
  const words = useWords();
  const description = describe(words, reason);
  return (
    <Screen
      mapLabel={words.app.mapLabel}
      marks={() => null}
      cardLabel={words.app.signInLabel}
      announcement={`${description.title}.`}
      card={
        <>
          <Status eyebrow={words.app.title} {...description} />
          {footer}
        </>
      }
    />
  );
}
