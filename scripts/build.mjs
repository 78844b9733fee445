// Builds dist/ from src/: compiles TypeScript by swc, as the tests do, and copies all other files (.lua, .json, .mjs).
// Only files newer than their output are built, so that a build with nothing to do takes some 50 ms. Types are checked by
// `npm run check:types`.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensurePackages, ensurePrismaClient, main, root } from './setup.mjs';

const source = join(root, 'src');
const output = join(root, 'dist');
/** Files that affect the output of every file: a change rebuilds all. */
const recipe = ['.swcrc', 'scripts/build.mjs', 'node_modules/@swc/core/package.json'].map((file) =>
  join(root, file),
);

export async function build() {
  const { transformFile } = await import('@swc/core');
  const recipeTime = Math.max(...recipe.map((file) => statSync(file).mtimeMs));
  const wanted = new Set();
  const compiled = [];
  for (const file of filesOf(source)) {
    if (file.endsWith('.d.ts')) continue;
    const target = join(output, relative(source, file)).replace(/\.ts$/, '.js');
    wanted.add(target).add(`${target}.map`);
    if (isCurrent(target, Math.max(statSync(file).mtimeMs, recipeTime))) continue;
    mkdirSync(dirname(target), { recursive: true });
    if (!file.endsWith('.ts')) copyFileSync(file, target);
    else compiled.push(compile(transformFile, file, target));
  }
  await Promise.all(compiled);
  for (const file of filesOf(output)) if (!wanted.has(file)) rmSync(file);
}

async function compile(transformFile, file, target) {
  const { code, map } = await transformFile(file, {
    cwd: root,
    sourceMaps: true,
    sourceFileName: relative(dirname(target), file),
  });
  writeFileSync(`${target}.map`, map);
  writeFileSync(target, `${code}\n//# sourceMappingURL=${basename(target)}.map\n`);
}

const filesOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

const isCurrent = (target, time) => existsSync(target) && statSync(target).mtimeMs > time;

/** Brings dist/ up to date from whatever state the checkout is in. */
export async function ensureBuilt() {
  ensurePackages();
  ensurePrismaClient();
  await build();
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(ensureBuilt);
