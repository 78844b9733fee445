import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

import { JourneyError } from '../domain/errors';

/** How often a key that the set lacks may cause a request to the identity provider: anybody can invent key ids. */
const ASK_INTERVAL_MS = 5000;

/**
 * The published keys of the identity provider. A token may be signed by a key that is newer than the loaded set, so the
 * provider is asked again at once for a key that is missing, also right after the set was loaded. A token is refused only
 * if its key is missing from a set that was requested after the token arrived: a rotated key signs nobody out, even while
 * somebody keeps sending unknown key ids.
 */
export function createKeySet(url: URL): JWTVerifyGetKey {
  // Its own pause after each load would refuse a key that was rotated in the meantime.
  const keys = createRemoteJWKSet(url, { cooldownDuration: Infinity });
  let mayAskAt = 0;

  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    }
    const now = performance.now();
    if (now >= mayAskAt) {
      mayAskAt = now + ASK_INTERVAL_MS;
      // A request that is in flight may have been answered before the key was published.
      if (keys.reloading) await keys.reload();
      await keys.reload();
      return keys(header, token);
    }
    if (keys.reloading) await keys.reload();
    try {
      return await keys(header, token);
    } catch (error) {
      throw error instanceof errors.JWKSNoMatchingKey ? keyUnknown(Math.ceil(mayAskAt - now), error) : error;
    }
  };
}

const keyUnknown = (retryAfterMs: number, cause: Error): JourneyError =>
  new JourneyError(
    'STORE_UNAVAILABLE',
    `The key of this token is not among the known ones, and the identity provider was asked for new ones a moment ago; try again in ${retryAfterMs} ms.`,
    { store: 'identity', retryAfterMs },
    { cause },
  );
