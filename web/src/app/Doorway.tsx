import { Screen } from '../ui/Screen';
import { Status } from '../ui/Status';

/** What somebody sees who came without a token. */
export function Doorway({ asking }: { asking: boolean }) {
  return (
    <Screen
      mapLabel="Map"
      marks={() => null}
      cardLabel="Sign in"
      card={
        asking ? (
          <Status
            tone="waiting"
            icon="clock"
            eyebrow="Live map"
            title="One moment"
            detail="Looking who you are."
          />
        ) : (
          <Status
            tone="ended"
            icon="locked"
            eyebrow="Live map"
            title="Open your link"
            detail="This map opens with the link from your booking. It holds the key to your session alone."
          />
        )
      }
    />
  );
}
