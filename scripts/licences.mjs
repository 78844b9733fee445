// Checks that every package of every lock file has a licence that allows running, changing and distributing the service
// without publishing its source. A person has to read a new licence, and then adds it here or removes the package.
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

/** Packages with other licences, each with the reason why it is acceptable. */
const EXCEPTIONS = {
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
    if (!allows(licence) && !EXCEPTIONS[id.replace(/^(lightningcss)-.*/, '$1')])
      refused.push(`${id}: ${licence ?? 'none named'}`);
  }
}
console.log(`${count} packages, ${refused.length} under a licence that is not reviewed yet`);
for (const line of new Set(refused)) console.log(`  ${line}`);
if (refused.length > 0) process.exitCode = 1;

/** Whether an SPDX expression allows the use: one licence of an `OR` must be allowed, and all licences of an `AND`. */
function allows(expression) {
  if (typeof expression !== 'string') return false;
  const plain = expression.replace(/[()]/g, '').trim();
  return plain
    .split(/ or /i)
    .some((choice) => choice.split(/ and /i).every((licence) => ALLOWED.has(licence.trim())));
}

/** The licence in a package's package.json, including the older forms of the field. */
function declared(folder) {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8'));
  const named = license ?? licenses?.[0];
  return typeof named === 'object' ? named.type : named;
}
