import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { DockerfileParser, From } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { entryPointWith } from '../lib/taskImage';
import { repositoryRoot } from './repositoryRoot';

const text = readFileSync(path.join(repositoryRoot, 'Dockerfile'), 'utf8');
const instructions = DockerfileParser.parse(text).getInstructions();

it('the Dockerfile has no fault that the language server of Docker knows of', () => {
  assert.deepEqual(
    validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${JSON.stringify(message)}`),
    [],
  );
});

it('every stage stands on one long-term line of Node, slim', () => {
  const images = instructions.filter((step) => step instanceof From).map((step) => step.getImage());
  assert.ok(images.length > 1);
  for (const image of images) assert.match(image ?? '', /^node:24-slim(@sha256:[0-9a-f]{64})?$/);
});

it('nothing is fetched from an address, copied wholesale, or run as root in the end', () => {
  for (const step of instructions) {
    assert.notEqual(step.getKeyword(), 'ADD');
    if (step.getKeyword() === 'COPY') assert.doesNotMatch(step.getArgumentsContent() ?? '', /^\. /);
  }
  const users = instructions.filter((step) => step.getKeyword() === 'USER');
  assert.equal(users.at(-1)?.getArgumentsContent(), 'node');
});

it('the image and the tasks start Node with the settings of npm start', () => {
  const manifest = readFileSync(path.join(repositoryRoot, 'package.json'), 'utf8');
  const { start } = (JSON.parse(manifest) as { scripts: { start: string } }).scripts;
  const command = instructions.filter((step) => step.getKeyword() === 'CMD').at(-1);
  assert.equal((JSON.parse(command?.getArgumentsContent() ?? '[]') as string[]).join(' '), start);
  const settings = start.split(' ').slice(0, -1).join(' ');
  assert.ok(entryPointWith(['REDIS_URL'])[4]?.endsWith(`exec ${settings} "$@"`));
});

const { services } = parse(readFileSync(path.join(repositoryRoot, 'compose.yaml'), 'utf8'), {
  merge: true,
}) as { services: Record<string, Record<string, unknown>> };

it('compose.yaml builds the image once, and waits for the database itself instead of its set-up', () => {
  const ofOurs = Object.entries(services).filter(([, { image }]) => image === 'journey-service:local');
  assert.deepEqual(
    ofOurs.map(([name, { build, pull_policy }]) => [name, build ?? pull_policy]),
    [
      ['api-1', 'never'],
      ['api-2', 'never'],
      ['migrate', '.'],
    ],
  );
  const { test } = services.postgres?.healthcheck as { test: string[] };
  assert.deepEqual(test.slice(1, 4), ['pg_isready', '-h', '127.0.0.1']);
});

it('the balancer of compose.yaml asks again where the processes are', () => {
  const conf = readFileSync(path.join(repositoryRoot, 'deploy/compose/nginx.conf'), 'utf8');
  assert.match(conf, /^ {2}resolver 127\.0\.0\.11 /m);
  const upstream = /upstream api \{([^}]*)\}/.exec(conf)?.[1] ?? '';
  assert.match(upstream, /zone \w+ /);
  assert.deepEqual(upstream.match(/server \S+ resolve/g), [
    'server api-1:4000 resolve',
    'server api-2:4000 resolve',
  ]);
});

it('compose.yaml runs two processes of the image, read-only, and refuses to start without a secret', () => {
  assert.deepEqual(Object.keys(services), ['balancer', 'api-1', 'api-2', 'migrate', 'redis', 'postgres']);
  for (const name of ['api-1', 'api-2']) {
    const { read_only, environment } = services[name] as {
      read_only: boolean;
      environment: Record<string, string>;
    };
    assert.equal(read_only, true);
    assert.match(environment.AUTH_JWT_SECRET ?? '', /^\$\{AUTH_JWT_SECRET:\?.+\}$/);
    assert.match(environment.DATABASE_URL ?? '', /^postgres:/);
  }
  assert.ok(existsSync(path.join(repositoryRoot, 'deploy/compose/nginx.conf')));
});
