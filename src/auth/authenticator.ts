import { createSecretKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';

import type { AuthConfig } from '../config/config';
import { JourneyError, storeUnavailable } from '../domain/errors';
import { isUserId, USER_ID_RULE } from '../domain/identifiers';
import { guestOf, shareNotValid } from '../domain/share';
import type { User, Viewer } from '../domain/viewer';
import { createKeySet } from './keySet';

/** Tokens cached as verified: of both phones of 100,000 journeys; some 100 MB when full. */
const CACHED_TOKENS = 200_000;
/** A verified token is valid until it expires, but is verified again after this time: its key may have been withdrawn. */
const CACHE_MS = 3_600_000;
/** How exact an entry's lifetime is: reading the clock costs CPU. */
const CACHE_RESOLUTION_MS = 1000;
const CLOCK_TOLERANCE_SECONDS = 5;
/** The most students that the token of one guardian may name. */
const MAX_GUARDED_STUDENTS = 20;

/** A JWT begins with its header, which is JSON in base64url: never with these letters. */
const SHARE = /^Bearer +(share\..*)$/i;

/** A map: of an object, the role `constructor` would be one too. */
const roles: ReadonlyMap<unknown, User['role']> = new Map<unknown, User['role']>([
  ['trainer', 'TRAINER'],
  ['student', 'STUDENT'],
  ['operator', 'OPERATOR'],
  ['service', 'SERVICE'],
]);

type Key = { readonly key: KeyObject | JWTVerifyGetKey; readonly algorithms: string[] };

/** Who sends a request. */
export interface Identity {
  /** null: nobody that is known. */
  readonly viewer: Viewer | null;
  /** The viewer; throws UNAUTHENTICATED, or STORE_UNAVAILABLE when no key is available to verify the token. */
  readonly require: () => Viewer;
}

/** Identifies the sender of a request by its bearer token. */
export class Authenticator {
  private readonly keys: readonly Key[];
  /** How often a token was found in the cache, and how often it was not. */
  readonly cache = { hits: 0, misses: 0 };
  private readonly verified = new LRUCache<string, Identity>({
    max: CACHED_TOKENS,
    ttlResolution: CACHE_RESOLUTION_MS,
  });

  constructor(private readonly config: AuthConfig) {
    const secrets: Key[] = config.secrets.map((secret) => ({
      key: createSecretKey(secret, 'utf8'),
      algorithms: ['HS256'],
    }));
    // Each key with its own algorithms: a public key must never be used as a shared secret.
    const remote: Key[] = config.jwksUrl
      ? [{ key: createKeySet(new URL(config.jwksUrl)), algorithms: ['RS256', 'ES256', 'EdDSA'] }]
      : [];
    this.keys = [...secrets, ...remote];
  }

  /** At once when the token was verified before. Never rejects. */
  identify(authorization: string | undefined): Identity | Promise<Identity> {
    if (authorization === undefined) return anonymous;
    const verified = this.verified.get(authorization);
    if (verified) {
      this.cache.hits += 1;
      return verified;
    }
    const share = SHARE.exec(authorization)?.[1];
    if (share !== undefined) return identityOfShare(share);
    this.cache.misses += 1;
    return this.verify(authorization).catch(unidentified);
  }

  private async verify(authorization: string): Promise<Identity> {
    const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw unauthenticated('The Authorization header is not "Bearer <token>" with a signed JWT.');
    const claims = await this.claimsOf(token);
    const role = roles.get(claims.role);
    if (!role) throw unauthenticated(`The token's role must be one of ${[...roles.keys()].join(', ')}.`);
    if (typeof claims.sub !== 'string' || !isUserId(claims.sub)) {
      throw unauthenticated(`The token's sub is not the id of a user: ${USER_ID_RULE}`);
    }
    const studentIds = role === 'STUDENT' ? this.guardedStudentsOf(claims) : undefined;
    const viewer: User = Object.freeze({
      id: claims.sub,
      role,
      ...(studentIds && { studentIds }),
    });
    const lifeMs = claims.exp === undefined ? CACHE_MS : Math.min(CACHE_MS, claims.exp * 1000 - Date.now());
    const identity: Identity = { viewer, require: () => viewer };
    if (lifeMs > 0) this.verified.set(authorization, identity, { ttl: lifeMs });
    return identity;
  }

  /** undefined: the token is no guardian's. */
  private guardedStudentsOf(claims: JWTPayload): readonly string[] | undefined {
    const name = this.config.studentsClaim;
    if (!Object.hasOwn(claims, name)) return undefined;
    const ids = claims[name];
    const isList = Array.isArray(ids) && ids.length <= MAX_GUARDED_STUDENTS;
    if (isList && ids.every((id) => typeof id === 'string' && isUserId(id))) return ids as string[];
    throw unauthenticated(
      `The token's claim ${name} must be an array of at most ${MAX_GUARDED_STUDENTS} ids of students: ${USER_ID_RULE}`,
    );
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
          requiredClaims: this.config.requireExp ? ['exp'] : [],
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
    if (JourneyError.is(failure, 'STORE_UNAVAILABLE')) return failure;
    if (failure instanceof errors.JWTExpired) return unauthenticated('The token has expired: get a new one.');
    if (failure instanceof errors.JWTClaimValidationFailed) {
      return unauthenticated(
        failure.reason === 'missing'
          ? `The token needs a claim ${failure.claim}.`
          : `The token's claim ${failure.claim} is not the expected one.`,
      );
    }
    // These errors of jose say that the keys are not available, not that the token is invalid.
    const keysUnavailable =
      failure instanceof errors.JWKSTimeout ||
      failure instanceof errors.JWKSInvalid ||
      (failure instanceof errors.JOSEError && failure.code === 'ERR_JOSE_GENERIC') ||
      !(failure instanceof errors.JOSEError);
    return keysUnavailable
      ? storeUnavailable('identity', failure)
      : unauthenticated('The token is not valid: its signature, its algorithm or its form is wrong.');
  }
}

/** Whether the share exists is known when it is read, with each request anew: no verdict on it is cached. */
function identityOfShare(token: string): Identity {
  const viewer = guestOf(token);
  return viewer ? { viewer, require: () => viewer } : unidentified(shareNotValid());
}

const unidentified = (error: unknown): Identity => ({
  viewer: null,
  require: () => {
    throw error;
  },
});

const anonymous: Identity = {
  viewer: null,
  require: () => {
    throw unauthenticated('No token: send the header "Authorization: Bearer <token>".');
  },
};

const unauthenticated = (message: string): JourneyError => new JourneyError('UNAUTHENTICATED', message, {});
