// Runs a program of the bench, on a fresh machine too: node bench/start.mjs run --quick
// Installs what is missing (the bench has its own packages) and builds the service.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../scripts/build.mjs';
import { ensurePackages, ensureRedis, main, root } from '../scripts/setup.mjs';

const bench = dirname(fileURLToPath(import.meta.url));
const [program, ...args] = process.argv.slice(2);

await main(async () => {
  await ensureBuilt();
  ensurePackages(bench);
  ensureRedis('BENCH_REDIS');
  const command = [
    '--enable-source-maps',
    '--require',
    join(root, 'scripts', 'typescript.cjs'),
    join(bench, `${program}.ts`),
  ];
  const child = spawn(process.execPath, [...command, ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes: the program ends first, and this process after it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => (process.exitCode = code ?? 1));
});
