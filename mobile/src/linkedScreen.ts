import type { Href } from 'expo-router';
import { UNSTABLE_UnhandledLinkingContext as UnhandledLinkingContext } from 'expo-router/react-navigation';
import { useContext, useEffect } from 'react';
import type { Role } from './token';

let keptLink: string | undefined;

/** Keeps the link that is opened while nobody is signed in, when its screen does not exist, until somebody is. */
export function useKeptLink(isSignedIn: boolean): void {
  const { lastUnhandledLink, setLastUnhandledLink } = useContext(UnhandledLinkingContext);
  useEffect(() => {
    if (isSignedIn) {
      keptLink = undefined;
      setLastUnhandledLink(undefined);
    } else if (lastUnhandledLink !== undefined && !isSignIn(lastUnhandledLink)) keptLink = lastUnhandledLink;
  }, [isSignedIn, lastUnhandledLink, setLastUnhandledLink]);
}

/** Where the kept link leads; null: to no screen of this role, or there is none. */
export function linkedScreen(role: Role): Href | null {
  const [, kind, name = ''] = /^\/?([\w-]+)\/([^/?#]+)(?:[?#]|$)/.exec(keptLink ?? '') ?? [];
  const id = decoded(name);
  if (id === null) return null;
  switch (`${role} ${kind}`) {
    case 'student session':
      return { pathname: '/session/[id]', params: { id } };
    case 'student trainer-location':
      return { pathname: '/trainer-location/[trainerId]', params: { trainerId: id } };
    case 'trainer journey':
      return { pathname: '/journey/[sessionId]', params: { sessionId: id } };
    default:
      return null;
  }
}

/** It may be what signs in for the link before it, and its token is not kept. */
const isSignIn = (link: string): boolean => /^\/?sign-in\b/.test(link);

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
