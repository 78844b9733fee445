import { randomBytes } from 'node:crypto';

import { isId } from '../domain/identifiers';

/**
 * Names requests, for logs and for users who report an error: the caller's x-request-id when it is an id, else a
 * short one of our own. A random prefix sets processes apart; a counter is cheaper than a UUID, and shorter on the wire.
 */
export function createRequestIds(): (given: string | string[] | undefined) => string {
  const prefix = randomBytes(5).toString('base64url');
  let count = 0;
  return (given) =>
    typeof given === 'string' && isId(given) ? given : `${prefix}.${(count += 1).toString(36)}`;
}
