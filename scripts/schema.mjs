// Compares the committed schema.graphql with the code (check), or writes it again (write).
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { main, root } from './setup.mjs';

await main(async () => {
  await ensureBuilt();
  const require = createRequire(import.meta.url);
  const { createSchema } = require(join(root, 'dist/graphql/schema.js'));
  const { printSchema } = require('graphql');
  // The resolvers are never called, because printing needs only their types.
  const sdl = `${printSchema(createSchema({}))}\n`;
  const file = join(root, 'schema.graphql');
  if (process.argv[2] === 'write') writeFileSync(file, sdl);
  else if (readFileSync(file, 'utf8') !== sdl) {
    throw new Error('schema.graphql differs from the schema that the code serves. Run: npm run fix:schema');
  }
});
