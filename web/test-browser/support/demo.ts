import type { TestSession } from './sessions';
import { tokenFor } from './token';

/** The content of the demo's /map/demo.json: one session with a simulated trainer, and others without. */
export async function demoOf(...sessions: readonly TestSession[]): Promise<string> {
  const tokens = async (role: 'student' | 'trainer', ids: readonly string[]) =>
    Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await tokenFor(id, role)])));
  return JSON.stringify({
    map: {
      sessions: sessions.map((session, i) => ({ ...session, driven: i === 0 })),
      tokens: {
        student: await tokens(
          'student',
          sessions.map(({ studentId }) => studentId),
        ),
        trainer: await tokens(
          'trainer',
          sessions.map(({ trainerId }) => trainerId),
        ),
        operator: await tokenFor('operator-1', 'operator'),
      },
    },
  });
}
