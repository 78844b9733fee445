import type { TestSession } from './sessions';
import { tokenFor } from './token';

/** The content of the demo's /map/demo.json: one session with a simulated trainer, and one without. */
export async function demoOf(driven: TestSession, spare: TestSession): Promise<string> {
  const tokens = async (role: 'student' | 'trainer', ids: readonly string[]) =>
    Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await tokenFor(id, role)])));
  return JSON.stringify({
    map: {
      sessions: [
        { ...driven, driven: true },
        { ...spare, driven: false },
      ],
      tokens: {
        student: await tokens('student', [driven.studentId, spare.studentId]),
        trainer: await tokens('trainer', [driven.trainerId, spare.trainerId]),
        operator: await tokenFor('operator-1', 'operator'),
      },
    },
  });
}
