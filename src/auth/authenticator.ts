import { createSecretKey, type KeyObject } from 'node:crypto';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';

import type { AuthConfig } from '../config/config';
import { JourneyError, storeUnavailable } from '../domain/errors';
import { isId } from '../domain/identifiers';
import type { Role, Viewer } from '../domain/viewer';

/** Tokens remembered as verified: of both phones of 100,000 journeys; some 100 MB when full. */
const CACHED_TOKENS = 200_000;
/** A verified token is good until it expires, but looked at again after so long: its key may have been taken back. */
const CACHE_MS = 3_600_000;
/** How exact an entry's life is; each look at the clock costs. */
const CACHE_RESOLUTION_MS = 1000;
const CLOCK_TOLERANCE_SECONDS = 5;

/** A map: of an object, the role `constructor` would be one too. */
const roles: ReadonlyMap<unknown, Role> = new Map([
  ['trainer', 'TRAINER'],
  ['student', 'STUDENT'],
  ['operator', 'OPERATOR'],
  ['service', 'SERVICE'],
]);

type Key = { readonly key: KeyObject | JWTVerifyGetKey; readonly algorithms: string[] };

/** Tells who sends a request, from its bearer token. */
export class Authenticator {
  private readonly keys: readonly Key[];
  /** How often a token was known, and how often it was not. */
  readonly cache = { hits: 0, misses: 0 };
  private readonly verified = new LRUCache<string, Viewer>({
    max: CACHED_TOKENS,
    ttlResolution: CACHE_RESOLUTION_MS,
  });

  constructor(private readonly config: AuthConfig) {
    const secrets: Key[] = config.secrets.map((secret) => ({
      key: createSecretKey(secret, 'utf8'),
      algorithms: ['HS256'],
    }));
    // Each key with its own algorithms: a public key must never be taken for a shared secret.
    const remote: Key[] = config.jwksUrl
      ? [{ key: createRemoteJWKSet(new URL(config.jwksUrl)), algorithms: ['RS256', 'ES256', 'EdDSA'] }]
      : [];
    this.keys = [...secrets, ...remote];
  }

  /** The viewer of a token that was verified before. */
  known(authorization: string | undefined): Viewer | undefined {
    const viewer = authorization === undefined ? undefined : this.verified.get(authorization);
    if (viewer) this.cache.hits += 1;
    return viewer;
  }

  /** The viewer at once when the token was verified before; throws UNAUTHENTICATED, or STORE_UNAVAILABLE when no key can be had. */
  viewer(authorization: string | undefined): Viewer | Promise<Viewer> {
    if (authorization === undefined) {
      throw unauthenticated('No token: send the header "Authorization: Bearer <token>".');
    }
    const known = this.known(authorization);
    if (known) return known;
    this.cache.misses += 1;
    return this.verify(authorization);
  }

  private async verify(authorization: string): Promise<Viewer> {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw unauthenticated('The Authorization header is not "Bearer <token>" with a signed JWT.');
    const claims = await this.claimsOf(token);
    const role = roles.get(claims.role);
    if (typeof claims.sub !== 'string' || !isId(claims.sub) || !role) {
      throw unauthenticated(
        'The token needs a sub (an id) and a role: trainer, student, operator or service.',
      );
    }
    const viewer: Viewer = Object.freeze({ id: claims.sub, role });
    const lifeMs = claims.exp === undefined ? CACHE_MS : Math.min(CACHE_MS, claims.exp * 1000 - Date.now());
    if (lifeMs > 0) this.verified.set(authorization, viewer, { ttl: lifeMs });
    return viewer;
  }

  private async claimsOf(token: string): Promise<JWTPayload> {
    let failure: unknown;
    for (const { key, algorithms } of this.keys) {
      try {
        const { payload } = await jwtVerify(token, key as JWTVerifyGetKey, {
          algorithms,
          issuer: this.config.issuer,
          audience: this.config.audience,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
        });
        return payload;
      } catch (error) {
        failure = error;
        // The right key, but the claims are wrong: no other key will do better.
        if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) break;
      }
    }
    throw this.explain(failure);
  }

  private explain(failure: unknown): JourneyError {
    if (failure instanceof errors.JWTExpired) return unauthenticated('The token has expired: get a new one.');
    if (failure instanceof errors.JWTClaimValidationFailed) {
      return unauthenticated(`The token's claim ${failure.claim} is not the expected one.`);
    }
    // Of jose's errors these say that the keys could not be had, not that the token is bad.
    const keysAway =
      failure instanceof errors.JWKSTimeout ||
      failure instanceof errors.JWKSInvalid ||
      (failure instanceof errors.JOSEError && failure.code === 'ERR_JOSE_GENERIC') ||
      !(failure instanceof errors.JOSEError);
    return keysAway
      ? storeUnavailable('identity', failure)
      : unauthenticated('The token is not valid: its signature, its algorithm or its form is wrong.');
  }
}

const unauthenticated = (message: string): JourneyError => new JourneyError('UNAUTHENTICATED', message, {});
