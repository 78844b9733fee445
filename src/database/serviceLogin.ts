import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { Client } from 'pg';

/** A login of PostgreSQL. The password consists of ASCII characters. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** All rights that the service needs; a change that adds a table or a function adds it here. */
const RIGHTS = [
  'SELECT ON session',
  'SELECT, INSERT, UPDATE ON journey',
  'INSERT ON access_log',
  // Instead of DELETE: the function runs as its owner, and deletes only what is old.
  'EXECUTE ON FUNCTION delete_old_records(integer, integer)',
];
/** PostgreSQL's own default. */
const SCRAM_ITERATIONS = 4096;

/**
 * Creates the service's login, or updates its password, with the rights that the service needs and no others: an attacker
 * who controls a process can change neither the schema nor the bookings. It is atomic and safe to repeat.
 */
export async function ensureServiceLogin(client: Client, { user, password }: Login): Promise<void> {
  const { rows } = await client.query<{ current: boolean; known: boolean }>(
    'SELECT current_user = $1 AS current, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS known',
    [user],
  );
  if (rows[0]?.current) throw new Error(`"${user}" is the login that migrates: give the service another one`);
  const role = client.escapeIdentifier(user);
  const verb = rows[0]?.known ? 'ALTER' : 'CREATE';
  await client.query('BEGIN');
  try {
    // The server logs statements that fail, so this one contains the password's verifier and not the password.
    await client.query(`${verb} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(verifierOf(password))}`);
    await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
    for (const right of RIGHTS) await client.query(`GRANT ${right} TO ${role}`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The verifier that PostgreSQL stores of a password (SCRAM-SHA-256, RFC 5802); it accepts a verifier in place of a password. */
function verifierOf(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, SCRAM_ITERATIONS, 32, 'sha256');
  const hmac = (message: string): Buffer => createHmac('sha256', salted).update(message).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  const serverKey = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}
