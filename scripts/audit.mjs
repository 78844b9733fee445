// `npm audit` of what is installed in production, where the registry answers it: mirrors often do not. Known faults
// of high severity or worse fail; a registry that says nothing does not, but it is said so.
import { spawnSync } from 'node:child_process';
import { lockFiles } from './lockFiles.mjs';

for (const { name, folder } of lockFiles()) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  const counts = countsOf(stdout);
  if (!counts) {
    console.log(`${name}: not audited, the registry does not answer`);
    continue;
  }
  const bad = counts.high + counts.critical;
  console.log(`${name}: ${bad} of high severity or worse, ${counts.total} in all`);
  if (bad > 0) {
    console.log(`  see: npm --prefix ${name} audit --omit=dev`);
    process.exitCode = 1;
  }
}

/** undefined: there was no audit. */
function countsOf(report) {
  try {
    return JSON.parse(report).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
