// Runs every `check:…` of package.json, even when one fails, and names the command that fixes a failure. As many run at
// once as there are cores, because none writes what another reads once dist/ is up to date.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureClient } from './liveMap.mjs';
import { ensurePackages, main, root } from './setup.mjs';

await main(async () => {
  await ensureBuilt();
  // The types that the lint rules look at are those of all packages, and of the client as the map imports it.
  for (const folder of ['web', 'mobile', 'deploy', 'bench']) ensurePackages(join(root, folder));
  ensureClient();
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'));
  const waiting = [...checks];
  const failed = [];
  const work = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift())
      if (!(await passes(name))) failed.push(name);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  for (const name of failed) {
    const fix = name.replace('check:', 'fix:');
    console.log(scripts[fix] ? `${name} failed; \`npm run ${fix}\` may fix it` : `${name} failed`);
  }
  console.log(`${checks.length - failed.length} of ${checks.length} checks passed`);
  if (failed.length > 0) process.exitCode = 1;
});

/** Runs a check. Its output is printed when it has ended, so that the outputs of two checks do not mix. */
function passes(name) {
  const child = spawn('npm', ['run', '--silent', name], {
    cwd: root,
    env: { ...process.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) },
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      console.log(`\n── ${name}\n${output.trimEnd()}`);
      resolve(code === 0);
    });
  });
}
