import { tabStorage } from './pageStorage';
import { parseRoute, routeFragment, type View } from './route';

const storageKey = (view: View, sessionId: string): string => `journey.token.${view}.${sessionId}`;

/**
 * The token of a link `#/student?session=…&token=…`. It is read from the fragment, which no server and no log
 * sees, and taken out of the address at once, so that it is in no history and no screenshot; the tab keeps it
 * through a reload.
 */
export function takeHandedToken(fragment: string): string | undefined {
  const { view, sessionId = '', token } = parseRoute(fragment);
  const key = storageKey(view, sessionId);
  if (!token) return tabStorage.get(key);
  tabStorage.set(key, token);
  history.replaceState(null, '', routeFragment(view, sessionId || undefined));
  return token;
}
