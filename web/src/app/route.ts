import { useSyncExternalStore } from 'react';

export type View = 'student' | 'trainer' | 'operator';

/** Where the page is: `#/student?session=session-00001`. */
export interface Route {
  readonly view: View;
  readonly sessionId: string | undefined;
}

export const VIEWS: readonly View[] = ['student', 'trainer', 'operator'];

/** Reads a fragment; anything unknown is the student's view without a session. */
export function parseRoute(fragment: string): Route & { token: string | undefined } {
  const [path = '', query = ''] = fragment.replace(/^#?\/?/, '').split('?');
  const parameters = new URLSearchParams(query);
  return {
    view: VIEWS.find((view) => view === path) ?? 'student',
    sessionId: parameters.get('session') || undefined,
    token: parameters.get('token') || undefined,
  };
}

export function routeFragment(view: View, sessionId?: string): string {
  return `#/${view}${sessionId ? `?${new URLSearchParams({ session: sessionId }).toString()}` : ''}`;
}

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
