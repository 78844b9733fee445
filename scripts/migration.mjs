// Compares prisma/schema.prisma with the schema that the committed migrations create, in an embedded PostgreSQL:
//   node scripts/migration.mjs check        fails when they differ, and shows how
//   node scripts/migration.mjs create NAME  writes the difference as a new migration
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensurePackages, ensurePrismaClient, main, root, SetupError } from './setup.mjs';

const [command, name] = process.argv.slice(2);

await main(async () => {
  ensurePackages();
  ensurePrismaClient();
  const difference = await compare();
  if (command === 'check') check(difference);
  else if (command === 'create' && /^[a-z0-9_]+$/.test(name ?? '')) create(difference);
  else throw new SetupError('Usage: node scripts/migration.mjs check | create NAME (of a–z, 0–9 and _)');
});

/** The SQL that changes the migrations' result into the schema; empty when they agree. */
async function compare() {
  const load = createRequire(join(root, 'package.json'));
  load('./scripts/typescript.cjs');
  const { startPostgres } = load('./demo/stores/postgres.ts');
  const { readMigrationList, withSchemaEngine } = load('./scripts/schemaEngine.ts');

  const schema = { path: 'schema.prisma', content: readFileSync(join(root, 'prisma/schema.prisma'), 'utf8') };
  const migrations = await readMigrationList(join(root, 'prisma/migrations'));
  const postgres = await startPostgres();
  try {
    const { stdout } = await withSchemaEngine({ database: postgres.url, shadow: postgres.url }, (engine) =>
      engine.diff({
        from: { tag: 'migrations', ...migrations },
        to: { tag: 'schemaDatamodel', files: [schema] },
        script: true,
        exitCode: null,
        filters: { externalTables: [], externalEnums: [] },
      }),
    );
    return stdout.includes('This is an empty migration') ? '' : stdout.trim();
  } finally {
    await postgres.stop();
  }
}

function check(difference) {
  if (!difference) return;
  console.log(difference);
  throw new SetupError(
    'prisma/schema.prisma and prisma/migrations differ by the SQL above: `npm run fix:database -- NAME` writes it as a migration.',
  );
}

function create(difference) {
  if (!difference) return console.log('The migrations agree with the schema: there is nothing to write.');
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = join(root, 'prisma', 'migrations', `${time}_${name}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'migration.sql'), `${difference}\n`);
  console.log(`Wrote ${folder}/migration.sql: read it before you commit it.`);
}
