import { requireFromRoot } from './repository';

export const TEST_SECRET = 'a secret of the browser tests, 32 bytes or more';

export type TestRole = 'student' | 'trainer' | 'operator';

const { signToken } = requireFromRoot('./demo/signToken.ts') as {
  signToken(
    signer: { secret: string },
    token: { sub: string; role: TestRole; ttlSeconds: number },
  ): Promise<string>;
};

export function tokenFor(sub: string, role: TestRole, ttlSeconds = 3600): Promise<string> {
  return signToken({ secret: TEST_SECRET }, { sub, role, ttlSeconds });
}
