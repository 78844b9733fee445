import { createHmac, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';

export interface TokenKeys {
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
}

const encoded = (part: object | string): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** A valid token. */
export const validToken = (
  { secret, issuer, audience }: TokenKeys,
  sub: string,
  role: string,
  claims: object = {},
): Promise<string> =>
  new SignJWT({ role, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience(audience)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));

/** Tokens that must all be rejected, by what is wrong with them. */
export async function invalidTokens(keys: TokenKeys): Promise<ReadonlyMap<string, string>> {
  const { secret, issuer, audience } = keys;
  const claims = { sub: 'operator-1', role: 'operator', iss: issuer, aud: audience, exp: inSeconds(3600) };
  const guardian = { sub: 'guardian-1', role: 'student' };
  const hmac = (header: object, payload: object | string, key: string | Buffer = secret, hash = 'sha256') => {
    const signed = `${encoded(header)}.${encoded(payload)}`;
    return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
  };
  const hs256 = { alg: 'HS256', typ: 'JWT' };
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const valid = hmac(hs256, claims);
  const [header, payload, signature] = valid.split('.') as [string, string, string];
  const rs256 = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(rsa.privateKey);
  return new Map([
    ['alg none, no signature', `${encoded({ alg: 'none' })}.${encoded(claims)}.`],
    ['alg none, a signature', `${encoded({ alg: 'none' })}.${encoded(claims)}.${signature}`],
    ['alg NONE', `${encoded({ alg: 'NONE' })}.${encoded(claims)}.x`],
    ['no alg', hmac({}, claims)],
    ['HS512 with the same secret', hmac({ alg: 'HS512' }, claims, secret, 'sha512')],
    ['another secret', hmac(hs256, claims, 'another secret, unknown to the server')],
    ['an empty secret', hmac(hs256, claims, '')],
    ['a public key as the secret', hmac(hs256, claims, Buffer.from(publicPem))],
    ['RS256 with a key of the sender', rs256],
    [
      'a key of the sender in the header',
      hmac({ ...hs256, jwk: { kty: 'oct', k: encoded('mine') } }, claims, 'mine'),
    ],
    [
      'a key set of the sender in the header',
      hmac({ ...hs256, jku: 'http://127.0.0.1:9/keys' }, claims, 'mine'),
    ],
    ['kid that is a path', hmac({ ...hs256, kid: '../../../../dev/null' }, claims, '')],
    ['kid that is SQL', hmac({ ...hs256, kid: "' UNION SELECT 'mine" }, claims, 'mine')],
    ['kid that is huge', hmac({ ...hs256, kid: 'k'.repeat(4000) }, claims, 'mine')],
    ['an unknown crit', hmac({ ...hs256, crit: ['exp2'], exp2: 1 }, claims)],
    ['expired', hmac(hs256, { ...claims, exp: inSeconds(-60) })],
    ['not yet valid', hmac(hs256, { ...claims, nbf: inSeconds(600) })],
    ['exp of the wrong type', hmac(hs256, { ...claims, exp: 'tomorrow' })],
    ['another audience', hmac(hs256, { ...claims, aud: 'somebody-else' })],
    ['no audience', hmac(hs256, { ...claims, aud: undefined })],
    ['another issuer', hmac(hs256, { ...claims, iss: 'somebody-else' })],
    ['no issuer', hmac(hs256, { ...claims, iss: undefined })],
    ['no sub', hmac(hs256, { ...claims, sub: undefined })],
    ['no exp', hmac(hs256, { ...claims, exp: undefined })],
    ['a sub with a space', hmac(hs256, { ...claims, sub: '* {00}' })],
    ['a sub with a line end', hmac(hs256, { ...claims, sub: 'operator-1\r\n' })],
    ['a sub of another type', hmac(hs256, { ...claims, sub: { $ne: null } })],
    ['a huge sub', hmac(hs256, { ...claims, sub: 's'.repeat(3000) })],
    ['no role', hmac(hs256, { ...claims, role: undefined })],
    ['an unknown role', hmac(hs256, { ...claims, role: 'admin' })],
    ['a role that names the prototype', hmac(hs256, { ...claims, role: '__proto__' })],
    ['a role that names the constructor', hmac(hs256, { ...claims, role: 'constructor' })],
    ['several roles', hmac(hs256, { ...claims, role: ['operator'] })],
    [
      'a guardian of one student, not of a list',
      hmac(hs256, { ...claims, ...guardian, students: 'student-1' }),
    ],
    ['a guardian of everybody', hmac(hs256, { ...claims, ...guardian, students: ['*', '* {00}'] })],
    ['a guardian of objects', hmac(hs256, { ...claims, ...guardian, students: [{ $ne: null }] })],
    [
      'a guardian of too many',
      hmac(hs256, { ...claims, ...guardian, students: Array.from({ length: 21 }, (_, n) => `s${n}`) }),
    ],
    ['claims that are not an object', hmac(hs256, '"operator"')],
    ['claims that are not JSON', hmac(hs256, '{')],
    [
      'another payload with a valid signature',
      `${header}.${encoded({ ...claims, sub: 'other' })}.${signature}`,
    ],
    ['no signature', `${header}.${payload}.`],
    ['a signature cut short', valid.slice(0, -5)],
    ['four parts', `${valid}.x`],
    ['two parts', `${header}.${payload}`],
    ['padding', `${valid}==`],
    ['a share that never was', `share.s.${'A'.repeat(22)}`],
    ['a share of no session', `share.absent.${'A'.repeat(22)}`],
    ['a share whose session id names another key', `share.s}:x.${'A'.repeat(22)}`],
    ['a share without a secret', 'share.s.'],
    ['a share with half a secret', `share.s.${'A'.repeat(11)}`],
    ['a share with a secret that is huge', `share.s.${'A'.repeat(4000)}`],
    ['a share with the hash instead of the secret', `share.s.${'a'.repeat(64)}`],
    ['a share that is a JWT', `share.${valid}`],
  ]);
}
