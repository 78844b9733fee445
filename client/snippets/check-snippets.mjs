// Compiles every `tsx` block of the documents as its reader would write it: a file of its own, with nothing that is not
// in the block. What React Native brings is declared beside this file. (`ts` blocks are signatures.)
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const here = import.meta.dirname;
const client = join(here, '..');
const documents = [join(client, 'README.md'), join(client, '../docs/clients.md')];
const output = join(here, 'extracted');

rmSync(output, { recursive: true, force: true });
mkdirSync(output);
let count = 0;
for (const document of documents) {
  const lines = readFileSync(document, 'utf8').split('\n');
  let block = null;
  lines.forEach((line, index) => {
    if (line === '```tsx') block = { atLine: index + 2, lines: [] };
    else if (line === '```' && block) {
      const name = `${basename(document, '.md')}-line-${block.atLine}.tsx`;
      writeFileSync(join(output, name), `${block.lines.join('\n')}\nexport {};\n`);
      block = null;
      count += 1;
    } else block?.lines.push(line);
  });
}

const { status } = spawnSync(
  process.execPath,
  [join(client, 'node_modules/typescript/bin/tsc'), '-p', here],
  {
    stdio: 'inherit',
  },
);
if (status !== 0) {
  console.error(`A snippet does not compile: its file is named by its document and line (${output})`);
  process.exit(1);
}
rmSync(output, { recursive: true });
console.log(`${count} snippets compile`);
