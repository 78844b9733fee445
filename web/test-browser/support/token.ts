import { createHmac } from 'node:crypto';

export const TEST_SECRET = 'a secret of the browser tests, 32 bytes or more';

export type TestRole = 'student' | 'trainer' | 'operator';

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT as the service accepts it (HS256), good for an hour. */
export function tokenFor(sub: string, role: TestRole): string {
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub, role, exp: Math.floor(Date.now() / 1000) + 3600 })}`;
  return `${body}.${createHmac('sha256', TEST_SECRET).update(body).digest('base64url')}`;
}
