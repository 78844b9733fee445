// `npm audit` of what is installed in production, where the registry answers it: mirrors often do not. Known faults
// of high severity or worse fail; a registry that says nothing does not, but it is said so.
import { spawn } from 'node:child_process';
import { lockFiles } from './lockFiles.mjs';

/** Asked once, and not for long: npm's own patience is minutes. */
const HURRY = ['--fetch-retries=0', '--fetch-timeout=20000'];

await Promise.all(
  lockFiles().map(async ({ name, folder }) => {
    const counts = countsOf(await audit(folder));
    if (!counts) {
      console.log(`${name}: not audited, the registry does not answer`);
      return;
    }
    const bad = counts.high + counts.critical;
    console.log(`${name}: ${bad} of high severity or worse, ${counts.total} in all`);
    if (bad > 0) {
      console.log(`  see: npm --prefix ${name} audit --omit=dev`);
      process.exitCode = 1;
    }
  }),
);

function audit(cwd) {
  const child = spawn('npm', ['audit', '--omit=dev', '--json', ...HURRY], {
    cwd,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let report = '';
  child.stdout.on('data', (text) => (report += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(report));
  });
}

/** undefined: there was no audit. */
function countsOf(report) {
  try {
    return JSON.parse(report).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
