// Writes the files that codegen.yml lists, or compares them with the committed ones: node scripts/codegen.mjs write | check
import { generate, loadContext } from '@graphql-codegen/cli';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { main, root } from './setup.mjs';

await main(async () => {
  process.chdir(root);
  // codegen.yml names a file by it.
  process.env.CLIENT_VERSION = JSON.parse(readFileSync('client/package.json', 'utf8')).version;
  const context = await loadContext('codegen.yml');
  if (process.argv[2] === 'write') return void (await generate(context));
  context.updateConfig({ silent: true });
  const written = await generate(context, false);
  const stale = [];
  for (const { filename, content } of written) {
    const wanted = await format(content, { ...(await resolveConfig(filename)), filepath: filename });
    if (wanted !== readFileSync(join(root, filename), 'utf8')) stale.push(filename);
  }
  if (stale.length > 0) throw new Error(`Not what codegen writes: ${stale.join(', ')}. Run: npm run codegen`);
});
