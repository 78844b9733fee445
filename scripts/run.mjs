// Runs a program of src/ by its path, built first when it is stale: node scripts/run.mjs demo/token --sub …
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { main, root } from './setup.mjs';

const [program, ...args] = process.argv.slice(2);

await main(async () => {
  await ensureBuilt();
  const file = join(root, 'dist', `${program}.js`);
  const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; the program ends in its own way, and this process after it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => (process.exitCode = code ?? 1));
});
