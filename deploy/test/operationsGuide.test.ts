import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { addStacks } from '../lib/addStacks';
import { readSettings } from '../lib/settings';
import { repositoryRoot } from './repositoryRoot';

it('the operations guide has a section for each alarm, and for no alarm that does not exist', () => {
  const { service } = addStacks(
    new App(),
    // With everything that has an alarm of its own.
    readSettings((name) => (name === 'router' ? 'amazon' : undefined)),
  );
  const alarms = Object.values(Template.fromStack(service).findResources('AWS::CloudWatch::Alarm'))
    .map(({ Properties }) => /"(\w+)"/.exec(Properties.AlarmDescription)?.[1] ?? '')
    .sort();

  const guide = readFileSync(path.join(repositoryRoot, 'docs/operations.md'), 'utf8');
  const chapter = guide.slice(guide.indexOf('\n## Alarms')).split(/\n## /)[1] ?? '';
  const sections = [...chapter.matchAll(/^### (\w+)/gm)].map(([, name]) => name).sort();

  assert.deepEqual(sections, [...new Set(alarms)]);
});
