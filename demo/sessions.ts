import type { Session } from '../src/domain/session';
import { homes } from './drive/loadStreets';
import { sessionName, studentName, trainerName } from './names';

const DAY_MS = 86_400_000;
/** The same homes each time. */
const HOMES_SEED = 'homes';

/** Session n is trainer n's with student n, at a home in town, all within the next 24 hours. */
export function exampleSessions(count: number, now: number): Session[] {
  return homes(count, HOMES_SEED).map((home, index) => ({
    id: sessionName(index + 1),
    trainerId: trainerName(index + 1),
    studentId: studentName(index + 1),
    status: 'CONFIRMED',
    scheduledAt: now + Math.floor(((index + 1) / (count + 1)) * DAY_MS),
    home,
  }));
}
