import type { Text } from '@journey/client/words';

/** Texts that only this app needs; those of a journey are shared with the web map. A language that lacks one does not compile. */
export interface AppWords {
  readonly signIn: {
    readonly screen: string;
    readonly intro: Text;
    readonly token: string;
    readonly tokenHint: string;
    readonly submit: string;
    readonly as: (person: string) => string;
    readonly noToken: string;
    readonly otherRole: string;
    readonly expired: string;
    readonly signOut: string;
    /** To a trainer on the way who signs out. */
    readonly stillSharing: string;
    readonly signOutAnyway: string;
  };
  readonly sessions: {
    readonly screen: string;
    readonly home: string;
    readonly upcoming: string;
    readonly today: string;
    readonly later: string;
    readonly past: string;
    readonly noneUpcoming: string;
    readonly noneToday: string;
    readonly loading: string;
    readonly showMore: string;
    readonly showLater: string;
    readonly showEarlier: string;
    readonly with: (person: string) => string;
    readonly onTheWayNow: string;
    readonly activeNow: string;
    readonly status: Readonly<Record<'SCHEDULED' | 'CONFIRMED' | 'COMPLETED' | 'CANCELLED', string>>;
  };
  readonly session: { readonly screen: string };
  readonly shares: {
    readonly loading: string;
    readonly none: string;
    /** Nobody will set off for this session any more. */
    readonly nothingToWatch: string;
    /** This build was not told where the live map is. */
    readonly noLiveMap: string;
  };
  readonly journey: { readonly screen: string };
  readonly trainerLocation: {
    readonly screen: string;
    readonly none: (trainer: string) => Text;
  };
  readonly permission: {
    /** Before the system asks. */
    readonly why: string;
    readonly denied: string;
    readonly approximate: string;
    readonly off: string;
  };
  readonly notFound: Text;
  readonly toStart: string;
}
