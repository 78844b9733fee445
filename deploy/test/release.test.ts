import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { COLLECTOR_TAG } from '../lib/metricsCollector';
import { deployFolder, repositoryRoot } from './repositoryRoot';

/** release.sh with stand-ins for `aws`, `docker`, `git` and `npx`, which write down what they were asked: shows the order of its steps. */
describe('release.sh', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'journey-release-'));
    const standIn = (name: string, answers: string) => {
      const file = path.join(folder, name);
      writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> "${folder}/asked"\n${answers}\n`);
      chmodSync(file, 0o755);
    };
    standIn('npx', '');
    // There is no builder yet.
    standIn('docker', 'case "$1 $2" in login*) cat > /dev/null;; "buildx inspect") exit 1;; esac');
    standIn('git', 'printf "$CHANGES"');
    standIn(
      'aws',
      `case "$2" in
        describe-tasks) echo "$EXIT_CODE";;
        describe-images) case "$4" in journey-service) exit "$IMAGE";; *) exit "$COLLECTOR";; esac;;
        describe-repositories) echo "registry.example/$4";;
        *) echo "answer-to-$2";;
      esac`,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  interface Registry {
    /** How the question ends whether the image is in the registry. */
    readonly image?: string;
    readonly collector?: string;
    /** What git says of files that are not committed. */
    readonly changes?: string;
  }

  function release(exitCode: string, args: string[], registry: Registry = {}) {
    const { image = '0', collector = '0', changes = '' } = registry;
    rmSync(path.join(folder, 'asked'), { force: true });
    const { status, stderr } = spawnSync('bash', [path.join(deployFolder, 'release.sh'), ...args], {
      encoding: 'utf8',
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        EXIT_CODE: exitCode,
        IMAGE: image,
        COLLECTOR: collector,
        CHANGES: changes,
      },
    });
    const asked = status === null ? [] : readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n');
    return { status, stderr, deployed: asked.filter((line) => line.startsWith('npx cdk deploy')), asked };
  }

  it('migrates with the new image before it deploys the service', () => {
    const { status, stderr, deployed, asked } = release('0', ['7', '-c', 'load=100k']);
    assert.equal(status, 0, stderr);
    assert.deepEqual(deployed, [
      'npx cdk deploy JourneyMigration --exclusively --parameters JourneyMigration:ImageTag=7 -c load=100k',
      'npx cdk deploy JourneyService --exclusively --parameters JourneyService:ImageTag=7 -c load=100k',
    ]);
    const ran = asked.findIndex((line) => line.startsWith('aws ecs run-task'));
    const waited = asked.findIndex((line) => line.startsWith('aws ecs wait tasks-stopped'));
    assert.ok(
      asked.indexOf(deployed[0] ?? '') < ran && ran < waited && waited < asked.indexOf(deployed[1] ?? ''),
    );
  });

  it('copies the collector of this release when the registry does not have it, and only then', () => {
    const copying = (collector: string) =>
      release('0', ['7'], { collector }).asked.filter((line) => line.startsWith('docker'));
    assert.deepEqual(copying('0'), []);
    const copy = `registry.example/journey-service-collector:${COLLECTOR_TAG}`;
    const source = `public.ecr.aws/aws-observability/aws-otel-collector:${COLLECTOR_TAG}`;
    assert.deepEqual(copying('254'), [
      'docker login --username AWS --password-stdin registry.example',
      `docker pull --platform linux/amd64 ${source}`,
      `docker tag ${source} ${copy}`,
      `docker push ${copy}`,
    ]);
  });

  it('builds an image that the registry does not have, with provenance and a bill of materials, before it deploys', () => {
    const { status, stderr, asked } = release('0', ['7'], { image: '254' });
    assert.equal(status, 0, stderr);
    const docker = asked.filter((line) => line.startsWith('docker'));
    assert.deepEqual(docker, [
      'docker login --username AWS --password-stdin registry.example',
      'docker buildx inspect journey-release',
      'docker buildx create --name journey-release --driver docker-container',
      'docker buildx build --builder journey-release --platform linux/amd64 --provenance=mode=max --sbom=true --tag registry.example/journey-service:7 --push ..',
    ]);
    assert.ok(asked.indexOf(docker[3] ?? '') < asked.findIndex((line) => line.startsWith('npx cdk deploy')));
  });

  it('builds nothing from files that are not committed, and deploys nothing then', () => {
    const { status, stderr, deployed, asked } = release('0', ['7'], {
      image: '254',
      changes: ' M src/app.ts',
    });
    assert.equal(status, 1);
    assert.match(stderr, /Commit first/);
    assert.deepEqual(deployed, []);
    assert.ok(!asked.some((line) => line.startsWith('docker')));
  });

  // "None" is what the command line says of a container that never started: it has no exit code.
  for (const code of ['1', '137', 'None']) {
    it(`leaves the service as it is when the migration ends with ${code}`, () => {
      const { status, stderr, deployed } = release(code, ['7']);
      assert.equal(status, 1);
      assert.match(stderr, /migration failed/);
      assert.equal(deployed.length, 1);
    });
  }
});

it('Renovate finds the collector and its tag', () => {
  const { customManagers } = JSON.parse(readFileSync(path.join(repositoryRoot, 'renovate.json'), 'utf8')) as {
    customManagers: { managerFilePatterns: string[]; matchStrings: string[] }[];
  };
  const [manager] = customManagers;
  const file = 'deploy/lib/metricsCollector.ts';
  assert.match(file, new RegExp(manager?.managerFilePatterns[0]?.slice(1, -1) ?? '$^'));
  const text = readFileSync(path.join(repositoryRoot, file), 'utf8');
  assert.deepEqual(
    { ...new RegExp(manager?.matchStrings[0] ?? '$^').exec(text)?.groups },
    {
      depName: 'public.ecr.aws/aws-observability/aws-otel-collector',
      currentValue: COLLECTOR_TAG,
    },
  );
});
