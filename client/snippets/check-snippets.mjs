// Compiles every `tsx` block of the documents as its reader would write it: a file of its own, with nothing that is not
// in the block; one that begins with its path (`// src/App.tsx`) is imported by that. What React Native brings is declared
// beside this file. (`ts` blocks are signatures.)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

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
      const path = /^\/\/ ((?:src\/)?[\w/]+\.tsx?)$/.exec(block.lines[0])?.[1];
      const file = join(output, path ?? `${basename(document, '.md')}-line-${block.atLine}.tsx`);
      if (existsSync(file)) throw new Error(`Two snippets are ${path}`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${block.lines.join('\n')}\nexport {};\n`);
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
  console.error(
    `A snippet does not compile: its file has the path that it begins with, or is named by its document and line (${output})`,
  );
  process.exit(1);
}
rmSync(output, { recursive: true });
console.log(`${count} snippets compile`);
