// Every `check:…` of package.json, all of them also when one fails; names the command that mends a failure.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, ensurePackages, ensurePrismaClient } from './setup.mjs';

await main(() => {
  ensurePackages();
  ensurePrismaClient();
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const checks = Object.keys(scripts).filter((name) => name.startsWith('check:'));
  const failed = checks.filter((name) => !passes(name));
  for (const name of failed) {
    const fix = name.replace('check:', 'fix:');
    console.log(scripts[fix] ? `${name} failed; \`npm run ${fix}\` may mend it` : `${name} failed`);
  }
  console.log(`${checks.length - failed.length} of ${checks.length} checks passed`);
  if (failed.length > 0) process.exitCode = 1;
});

function passes(name) {
  console.log(`\n── ${name}`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return spawnSync(npm, ['run', '--silent', name], { cwd: root, stdio: 'inherit' }).status === 0;
}
