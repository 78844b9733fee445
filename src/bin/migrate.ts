import { migrate, MigrationError } from '../database/migrate';

/** `npm run migrate`: brings the schema of DATABASE_URL up to date. Run it once before each release. */
async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl)
    throw new MigrationError('DATABASE_URL is not set (postgres://user:password@host:5432/database)');
  const { SERVICE_DATABASE_USER: user, SERVICE_DATABASE_PASSWORD: password } = process.env;
  if (Boolean(user) !== Boolean(password))
    throw new MigrationError('Set both of SERVICE_DATABASE_USER and SERVICE_DATABASE_PASSWORD, or neither');
  const serviceLogin = user && password ? { user, password } : undefined;

  const { applied, modified } = await migrate(databaseUrl, { serviceLogin });
  for (const name of applied) console.log(`applied ${name}`);
  for (const name of modified)
    console.error(
      `Warning: ${name} was applied earlier, and its file has been changed since. The change is not applied: ` +
        'restore the file and add a new migration.',
    );
  console.log(applied.length === 0 ? 'The schema is up to date.' : `${applied.length} migration(s) applied.`);
  if (serviceLogin) console.log(`The service may log in as ${serviceLogin.user}.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof MigrationError ? error.message : error);
  process.exitCode = 1;
});
