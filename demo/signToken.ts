import { SignJWT } from 'jose';

export const ROLES = ['trainer', 'student', 'operator', 'service'] as const;
export type RoleName = (typeof ROLES)[number];

export interface Signer {
  /** As AUTH_JWT_SECRET. */
  readonly secret: string;
  /** As AUTH_ISSUER and AUTH_AUDIENCE, where the server wants them. */
  readonly issuer?: string;
  readonly audience?: string;
  /** As AUTH_STUDENTS_CLAIM. */
  readonly studentsClaim?: string;
}

export interface TokenRequest {
  readonly sub: string;
  readonly role: RoleName;
  readonly ttlSeconds: number;
  /** Of a guardian: the students whose sessions it reads. */
  readonly students?: readonly string[];
}

/** An HS256 token such as the server takes. */
export function signToken(
  { secret, issuer, audience, studentsClaim = 'students' }: Signer,
  { sub, role, ttlSeconds, students }: TokenRequest,
): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const token = new SignJWT({ role, ...(students && { [studentsClaim]: students }) })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + ttlSeconds);
  if (issuer) token.setIssuer(issuer);
  if (audience) token.setAudience(audience);
  return token.sign(new TextEncoder().encode(secret));
}
