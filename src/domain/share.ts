import { createHash, randomBytes } from 'node:crypto';

import { JourneyError } from './errors';
import type { Guest } from './viewer';

/** A link with which somebody without a login watches one session's journey. */
export interface Share {
  readonly id: string;
  readonly sessionId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The session's student when the share was created. */
  readonly studentId: string;
}

const SECRET_BYTES = 16;
/** Session id, and the secret in base64url. Not its bytes but its text is hashed, so no other text stands for the same secret. */
const TOKEN = /^share\.([A-Za-z0-9_\-.:]{1,64})\.([\w-]{22})$/;

export const newShareSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

export const hashOfSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const shareTokenOf = (sessionId: string, secret: string): string => `share.${sessionId}.${secret}`;

/** Whom a token of this form names; null when it is malformed. */
export function guestOf(token: string): Guest | null {
  const [, sessionId, secret] = TOKEN.exec(token) ?? [];
  return sessionId && secret
    ? { id: 'guest', role: 'GUEST', sessionId, secretHash: hashOfSecret(secret) }
    : null;
}

/** The same for whatever is wrong with a share, so that nothing can be learned by guessing. */
export const shareNotValid = (): JourneyError<'UNAUTHENTICATED'> =>
  new JourneyError(
    'UNAUTHENTICATED',
    'This share is not valid: it has ended, was revoked, or never existed. Ask for a new one.',
    {},
  );
