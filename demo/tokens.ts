import type { Session } from '../src/domain/session';
import { signToken, type RoleName, type Signer } from './signToken';

/** A demo that runs for longer wants a restart. */
const TTL_SECONDS = 7 * 86_400;

/** A token of everyone in the demo. */
export interface DemoTokens {
  readonly trainer: Readonly<Record<string, string>>;
  readonly student: Readonly<Record<string, string>>;
  readonly operator: string;
}

export async function signTokens(signer: Signer, sessions: readonly Session[]): Promise<DemoTokens> {
  const sign = (sub: string, role: RoleName): Promise<string> =>
    signToken(signer, { sub, role, ttlSeconds: TTL_SECONDS });
  const signAll = async (ids: string[], role: RoleName): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all([...new Set(ids)].map(async (id) => [id, await sign(id, role)] as const)),
    );
  const [trainer, student, operator] = await Promise.all([
    signAll(
      sessions.map(({ trainerId }) => trainerId),
      'trainer',
    ),
    signAll(
      sessions.map(({ studentId }) => studentId),
      'student',
    ),
    sign('operator-1', 'operator'),
  ]);
  return { trainer, student, operator };
}
