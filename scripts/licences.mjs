// Every package of every lock file here must be under a licence that lets the service be run, changed and handed on
// without opening its own source. A new licence is for a person to read: then it is added, or the package goes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockFiles } from './lockFiles.mjs';

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** By name, each with the reason why it may stay all the same. */
const READ = {
  'axe-core': 'MPL-2.0: unchanged, used by tests of the map alone',
  'caniuse-lite': 'CC-BY-4.0: data, used while building alone',
  elkjs: 'EPL-2.0: unchanged, of the Prisma CLI, which the image leaves out',
  lightningcss: 'MPL-2.0: unchanged, used while building the map alone',
  'seq-queue': 'MIT by the LICENSE in its repository; its package.json names none',
};

const refused = [];
let count = 0;
for (const { folder, packages } of lockFiles()) {
  for (const [path, { name, license, link }] of Object.entries(packages)) {
    if (path === '' || link) continue;
    count += 1;
    const id = name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = license ?? declared(join(folder, path));
    if (!allows(licence) && !READ[id.replace(/^(lightningcss)-.*/, '$1')])
      refused.push(`${id}: ${licence ?? 'none named'}`);
  }
}
console.log(`${count} packages, ${refused.length} under a licence that nobody has read yet`);
for (const line of new Set(refused)) console.log(`  ${line}`);
if (refused.length > 0) process.exitCode = 1;

/** Of an SPDX expression: one of what `OR` offers, all of what `AND` asks for. */
function allows(expression) {
  if (typeof expression !== 'string') return false;
  const plain = expression.replace(/[()]/g, '').trim();
  return plain
    .split(/ or /i)
    .some((choice) => choice.split(/ and /i).every((licence) => ALLOWED.has(licence.trim())));
}

/** What older packages say in their own way. */
function declared(folder) {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  const named = license ?? licenses?.[0];
  return typeof named === 'object' ? named.type : named;
}
