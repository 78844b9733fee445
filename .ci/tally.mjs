// Adds up the test reports in a folder: node .ci/tally.mjs FOLDER FAILED_STEPS
// Beside a report, or in its place, a file with its name and `.broke` says that its run failed.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, failedSteps] = process.argv.slice(2);
const total = { passed: 0, failed: Number(failedSteps) };

const reports = new Set(readdirSync(folder).map((name) => name.replace('.broke', '')));
for (const report of reports) {
  const { passed, failed } = resultOf(join(folder, report));
  console.log(`${report.replace(/\.\w+$/, '')}: ${passed} passed, ${failed} failed`);
  total.passed += passed;
  total.failed += failed;
}
console.log(`${total.passed} passed, ${total.failed} failed`);
if (total.failed > 0) process.exitCode = 1;

function resultOf(file) {
  const { passed, failed } = existsSync(file) ? tally(readFileSync(file, 'utf8')) : { passed: 0, failed: 0 };
  return { passed, failed: failed === 0 && existsSync(`${file}.broke`) ? 1 : failed };
}

function tally(report) {
  if (report.startsWith('<?xml')) return ofNodeTest(report);
  const parsed = JSON.parse(report);
  return parsed.stats ? ofPlaywright(parsed) : ofJest(parsed);
}

/** Node's own runner writes its sums as comments. */
function ofNodeTest(xml) {
  const sum = (what) => Number(new RegExp(`<!-- ${what} (\\d+) -->`).exec(xml)?.[1] ?? 0);
  return { passed: sum('pass'), failed: sum('fail') + sum('cancelled') };
}

/** `flaky` passed, but not at first. */
function ofPlaywright({ stats, errors }) {
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length };
}

/** Jest and Vitest. A file that could not be loaded has no test that failed. */
function ofJest({ numPassedTests, numFailedTests, testResults }) {
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
  );
  return { passed: numPassedTests, failed: numFailedTests + unloaded.length };
}
