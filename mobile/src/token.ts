export type Role = 'student' | 'trainer';

/** Whoever a token is for, as the token itself says; the service verifies it with each request. */
export interface Viewer {
  readonly id: string;
  readonly role: Role;
}

export interface ReadToken {
  /** Null: of a role that this app is not for. */
  readonly viewer: Viewer | null;
  /** Null: it does not say. */
  readonly expiresAtMs: number | null;
}

/** What a pasted text, or the address of a scanned link, holds, whatever stands around it; null: no token. */
export const tokenIn = (text: string): string | null =>
  /(?:^|[^\w.-])([\w-]+\.[\w-]+\.[\w-]+)(?:$|[^\w.-])/.exec(text)?.[1] ?? null;

/** Null: not a JSON Web Token. */
export function readToken(token: string): ReadToken | null {
  const claims = claimsOf(token);
  if (!claims) return null;
  const { sub, role, exp } = claims;
  const isForThisApp = typeof sub === 'string' && (role === 'student' || role === 'trainer');
  return {
    viewer: isForThisApp ? { id: sub, role } : null,
    expiresAtMs: typeof exp === 'number' ? exp * 1000 : null,
  };
}

export const isExpired = ({ expiresAtMs }: ReadToken): boolean =>
  expiresAtMs !== null && expiresAtMs <= Date.now();

function claimsOf(token: string): Record<string, unknown> | null {
  const payload = token.split('.')[1]?.replace(/-/g, '+').replace(/_/g, '/');
  if (!payload) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.padEnd(Math.ceil(payload.length / 4) * 4, '=')));
    return typeof claims === 'object' ? (claims as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
