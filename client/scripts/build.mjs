// Builds dist/: ES modules and CommonJS, each with types of its own kind, so that every resolver finds both.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const client = join(import.meta.dirname, '..');
const tsc = join(client, 'node_modules/typescript/bin/tsc');
const kinds = {
  esm: { type: 'module', options: [] },
  // What is imported without an extension of its own kind is resolved as a bundler does; the output requires it.
  cjs: {
    type: 'commonjs',
    options: ['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false'],
  },
};

async function build(kind) {
  const { type, options } = kinds[kind];
  const output = join(client, 'dist', kind);
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
  // The core is compiled without the DOM's types, which only the browser's sources may use.
  for (const project of ['tsconfig.json', 'tsconfig.browser.json']) {
    const compiler = spawn(
      process.execPath,
      [tsc, '-p', join(client, project), '--outDir', output, ...options],
      { stdio: 'inherit' },
    );
    const [code] = await once(compiler, 'exit');
    if (code !== 0) process.exit(code ?? 1);
  }
}

rmSync(join(client, 'dist'), { recursive: true, force: true });
await Promise.all(Object.keys(kinds).map(build));
