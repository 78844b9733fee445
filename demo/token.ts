import { parseArgs } from 'node:util';
import { isId, isUserId } from '../src/domain/identifiers';
import { runProgram, UsageError, wholeNumber } from './commandLine';
import { ROLES, signToken, type RoleName } from './signToken';

const USAGE = `npm run token -- --sub ID --role ${ROLES.join('|')} [--students ID,ID] [--ttl SECONDS]`;
const MAX_STUDENTS = 20;
const A_YEAR_SECONDS = 31_536_000;

/** Prints a token for AUTH_JWT_SECRET, and nothing else. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sub: { type: 'string' },
      role: { type: 'string' },
      students: { type: 'string' },
      ttl: { type: 'string', default: '3600' },
    },
  });
  const { sub, role } = values;
  if (!sub || !isId(sub)) {
    throw new UsageError(`--sub must be an id, 1 to 64 of A–Z a–z 0–9 _ - . :\n${USAGE}`);
  }
  if (!isRole(role)) throw new UsageError(`--role must be one of ${ROLES.join(', ')}\n${USAGE}`);
  const students = values.students?.split(',');
  if (students && (role !== 'student' || students.length > MAX_STUDENTS || !students.every(isUserId))) {
    throw new UsageError(
      `--students makes a student's token a guardian's: at most ${MAX_STUDENTS} ids, separated by commas\n${USAGE}`,
    );
  }
  const ttlSeconds = wholeNumber('--ttl', values.ttl, 1, A_YEAR_SECONDS);
  const {
    AUTH_JWT_SECRET: secret,
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    AUTH_STUDENTS_CLAIM: studentsClaim = 'students',
  } = process.env;
  if (!secret) throw new UsageError('AUTH_JWT_SECRET is not set: give it the value that the server has');
  console.log(
    await signToken({ secret, issuer, audience, studentsClaim }, { sub, role, ttlSeconds, students }),
  );
}

const isRole = (text: string | undefined): text is RoleName => ROLES.some((role) => role === text);

runProgram(main);
