import { failureOf, kindOf, useSessionQuery, type SessionFieldsFragment } from '@journey/client';
import { useEffect } from 'react';

const RETRY_MS = 5000;

/** The session, asked for until there is an answer: a screen may be opened in a tunnel, or with a token that has expired. */
export function useSession(sessionId: string): SessionFieldsFragment | undefined {
  const { data, error, refetch } = useSessionQuery({ variables: { id: sessionId } });
  useEffect(() => {
    const kind = error && kindOf(failureOf(error));
    if (!kind || kind === 'GONE' || kind === 'REFUSED') return undefined;
    const retry = setTimeout(() => void refetch().catch(() => undefined), RETRY_MS);
    return () => clearTimeout(retry);
  }, [error, refetch]);
  return data?.session;
}
