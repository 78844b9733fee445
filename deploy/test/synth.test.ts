import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { deployFolder } from './repositoryRoot';

const cdk = createRequire(__filename).resolve('aws-cdk/bin/cdk');
const output = mkdtempSync(path.join(tmpdir(), 'journey-cdk-'));
after(() => rmSync(output, { recursive: true, force: true }));

/** Like on a machine that never saw AWS: no credentials, no home folder with any, no metadata service. */
function synthesize(app: string, to: string, ...context: string[]) {
  return spawnSync(process.execPath, [cdk, 'synth', '--quiet', '--app', app, '--output', to, ...context], {
    cwd: deployFolder,
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: process.env.PATH, HOME: output, AWS_EC2_METADATA_DISABLED: 'true' },
  });
}

describe('cdk synth', () => {
  for (const [settings, ...context] of [
    ['no setting'],
    ['Amazon Location as the router', '-c', 'router=amazon'],
    ['a router outside AWS', '-c', 'router=osrm+https://router.example.com'],
  ] as const) {
    it(`with ${settings} needs no account, finds all of cdk-nag’s AWS Solutions rules kept, and warns of nothing`, () => {
      const to = path.join(output, settings.replaceAll(' ', '-'));
      const result = synthesize('node dist/bin/journey.js', to, ...context);
      const said = result.stdout + result.stderr;
      assert.equal(result.status, 0, said);
      assert.doesNotMatch(said, /ERROR|WARNING/);
      const stacks = readdirSync(to).filter((name) => name.endsWith('.template.json'));
      assert.equal(stacks.length, 4);
    });
  }

  it('fails on a rule that is broken without an argument', () => {
    const result = synthesize('node dist/test/fixtures/brokenApp.js', path.join(output, 'broken'));
    assert.notEqual(result.status, 0);
    assert.match(result.stdout + result.stderr, /AwsSolutions-S1\b/);
  });
});
