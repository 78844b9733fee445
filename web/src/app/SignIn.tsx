import type { ReactNode } from 'react';
import type { Description } from '../student/describe';
import { Screen } from '../ui/Screen';
import { Status } from '../ui/Status';

export type SignInReason = 'ASKING' | 'NO_KEY' | 'NOT_IN_DEMO';

const WORDS: Record<SignInReason, Description> = {
  ASKING: { tone: 'waiting', icon: 'clock', title: 'One moment', detail: 'Looking who you are.' },
  NO_KEY: {
    tone: 'ended',
    icon: 'locked',
    title: 'Open your link',
    detail: 'This map opens with the link from your booking. It holds the key to your session alone.',
  },
  NOT_IN_DEMO: {
    tone: 'ended',
    icon: 'clock',
    title: 'Choose a session',
    detail: 'The demo has moved on: this session is over, and its trainer drives to another.',
  },
};

/** What somebody sees who came without a token that opens anything. */
export function SignIn({ reason, footer }: { reason: SignInReason; footer?: ReactNode }) {
  const words = WORDS[reason];
  return (
    <Screen
      mapLabel="Map"
      marks={() => null}
      cardLabel="Sign in"
      announcement={`${words.title}.`}
      card={
        <>
          <Status eyebrow="Live map" {...words} />
          {footer}
        </>
      }
    />
  );
}
