import { useSyncExternalStore } from 'react';

export type View = 'student' | 'trainer' | 'operator' | 'guest';

/** Where the page is: `#/student?session=session-00001`. */
export interface Route {
  readonly view: View;
  readonly sessionId: string | undefined;
}

export const VIEWS = ['student', 'trainer', 'operator'] as const satisfies readonly View[];
/** What somebody without a login opens: `#share=<sessionId>.<secret>`. */
const SHARE = /^#share=(?:share\.)?(.+)\.([\w-]+)$/;

/** Reads a fragment; anything unknown is the student's view without a session. */
export function parseRoute(fragment: string): Route & { token: string | undefined } {
  const [, sharedSession, secret] = SHARE.exec(fragment) ?? [];
  if (sharedSession) {
    return { view: 'guest', sessionId: sharedSession, token: `share.${sharedSession}.${secret}` };
  }
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split('?');
  const parameters = new URLSearchParams(query);
  return {
    view: [...VIEWS, 'guest' as const].find((view) => view === path) ?? 'student',
    sessionId: parameters.get('session') || undefined,
    token: parameters.get('token') || undefined,
  };
}

export function routeFragment(view: View, sessionId?: string): string {
  return `#/${view}${sessionId ? `?${new URLSearchParams({ session: sessionId }).toString()}` : ''}`;
}

/** The address for somebody without a login. Its fragment holds the secret, and browsers send it to no server. */
export const shareAddress = (shareToken: string): string =>
  `${window.location.href.split('#')[0]}#share=${shareToken.replace(/^share\./, '')}`;

/** The page's fragment, kept up to date. */
export function useFragment(): string {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed);
      return () => window.removeEventListener('hashchange', changed);
    },
    () => window.location.hash,
  );
}
