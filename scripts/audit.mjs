// Runs `npm audit` on the packages that production installs. Known vulnerabilities of high severity or worse fail the
// check. A registry that does not support audits, as many mirrors, does not fail it, but is reported.
import { spawn } from 'node:child_process';
import { lockFiles } from './lockFiles.mjs';

/** One attempt with a short timeout, because npm's defaults wait for minutes. */
const FETCH_ONCE = ['--fetch-retries=0', '--fetch-timeout=20000'];

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
  const child = spawn('npm', ['audit', '--omit=dev', '--json', ...FETCH_ONCE], {
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

/** The number of vulnerabilities by severity; undefined when the registry returned no audit. */
function countsOf(report) {
  try {
    return JSON.parse(report).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
