// Runs a program of this repository by its path, even on a fresh checkout: node scripts/run.mjs demo/token.ts --sub …
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensurePackages, ensurePrismaClient, main, root } from './setup.mjs';

/** The option that lets Node run TypeScript sources. */
const nodeOptions = ['--enable-source-maps', '--require', join(root, 'scripts', 'typescript.cjs')];

const [program, ...args] = process.argv.slice(2);

await main(() => {
  ensurePackages();
  ensurePrismaClient();
  const child = spawn(process.execPath, [...nodeOptions, join(root, program), ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes. The program handles it, and this process ends after the program.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => (process.exitCode = code ?? 1));
});
