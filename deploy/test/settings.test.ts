import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readSettings } from '../lib/settings';
import { repositoryRoot } from './repositoryRoot';

const read = (context: Record<string, unknown>) => readSettings((name) => context[name]);

it('without any setting the size is for ten thousand journeys', () => {
  assert.equal(read({}).sizing.journeys, 10_000);
  assert.equal(read({}).sizing.valkeyShards, 3);
  assert.equal(read({}).createEventBus, true);
});

it('every bad setting is named at once', () => {
  assert.throws(
    () =>
      read({
        load: '1M',
        jwksUrl: 'http://login.example.com',
        createEventBus: 'maybe',
        sharedSecret: 'no',
        databaseClients: 'sg-0123456789abcdef0, 0.0.0.0/0',
        alarmEmail: 'nobody',
        retentionDays: 0,
        router: 'osrm+http://router.example.com',
      }),
    ({ message }: Error) =>
      [
        'load is "1M"',
        'jwksUrl must be https',
        'createEventBus is "maybe"',
        'sharedSecret is "no"',
        'databaseClients: "0.0.0.0/0" is neither',
        'alarmEmail is not an address',
        'retentionDays is "0"',
        'router is neither amazon nor like osrm+https://',
      ].every((error) => message.includes(error)),
  );
});

it('without a shared secret there must be a key set', () => {
  assert.throws(() => read({ sharedSecret: false }), /no jwksUrl/);
});

it('records are kept for as long as the service’s default says, or for a whole number of days', () => {
  assert.equal(read({}).retentionDays, undefined);
  for (const retentionDays of [90, '90']) assert.equal(read({ retentionDays }).retentionDays, 90);
  for (const retentionDays of ['0', '1.5', '-1', 'ever', '36501'])
    assert.throws(() => read({ retentionDays }), /retentionDays is/);
});

describe('the router', () => {
  it('is none, Amazon Location, or an OSRM server by HTTPS', () => {
    assert.equal(read({}).router, undefined);
    assert.deepEqual(read({ router: 'amazon' }).router, { kind: 'amazon' });
    const url = 'osrm+https://router.example.com/base';
    assert.deepEqual(read({ router: url }).router, { kind: 'osrm', url });
  });

  for (const [router, message] of [
    ['https://router.example.com', /router is neither amazon nor like osrm\+https:/],
    ['osrm+https://', /router is neither amazon nor like osrm\+https:/],
    ['osrm+https://user:pass@router.example.com', /router must have no user, password/],
    ['osrm+https://router.example.com?key=pass', /router must have no user, password, query/],
    ['osrm+https://router.example.com:5000', /router must be on port 443/],
  ] as const) {
    it(`can't be ${router}, and the error does not repeat it`, () => {
      assert.throws(
        () => read({ router }),
        ({ message: text }: Error) => message.test(text) && !text.includes('pass@') && !text.includes('key='),
      );
    });
  }
});

describe('the service’s own settings', () => {
  it('come as an object from cdk.json, or as its text from the command line', () => {
    for (const environment of [
      { POLL_INTERVAL_MS: 8000, LOG_LEVEL: 'warn' },
      '{"POLL_INTERVAL_MS":8000,"LOG_LEVEL":"warn"}',
    ]) {
      assert.deepEqual(read({ environment }).environment, { POLL_INTERVAL_MS: '8000', LOG_LEVEL: 'warn' });
    }
    assert.deepEqual(read({}).environment, {});
    assert.throws(() => read({ environment: 'LOG_LEVEL=warn' }), /environment is not an object/);
  });

  for (const name of [
    'AUTH_JWT_SECRET',
    'REDIS_PASSWORD',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'MY_API_KEY',
    'DATABASE_URL',
    'PORT',
    'METRICS_PORT',
    'NODE_ENV',
    'AWS_REGION',
    'AUTH_ISSUER',
    'AUTH_STUDENTS_CLAIM',
    'JOURNEY_RETENTION_DAYS',
    'lower',
  ]) {
    it(`can't be ${name}`, () => {
      assert.throws(() => read({ environment: { [name]: 'x' } }), new RegExp(`environment: "?${name}`));
    });
  }

  it('may be all that the README lists but for what the stacks set', () => {
    const readme = readFileSync(path.join(repositoryRoot, 'README.md'), 'utf8');
    const chapter = readme.slice(readme.indexOf('\n## Settings')).split(/\n## /)[1] ?? '';
    const names = [...chapter.matchAll(/^\| ([A-Z][^|]*)\|/gm)].flatMap(
      ([, cell]) => cell?.match(/[A-Z][A-Z0-9_]+/g) ?? [],
    );
    assert.ok(names.length > 30);
    const refused = names.filter((name) => {
      try {
        read({ environment: { [name]: '1' } });
        return false;
      } catch {
        return true;
      }
    });
    assert.deepEqual(refused.sort(), [
      'AUTH_AUDIENCE',
      'AUTH_ISSUER',
      'AUTH_JWKS_URL',
      'AUTH_JWT_SECRET',
      'AUTH_JWT_SECRET_PREVIOUS',
      'AUTH_STUDENTS_CLAIM',
      'AWS_REGION',
      'DATABASE_URL',
      'EVENTS',
      'EVENT_BUS_NAME',
      'HOST',
      'JOURNEY_RETENTION_DAYS',
      'METRICS_PORT',
      'PORT',
      'REDIS_URL',
      'ROUTER_URL',
    ]);
  });
});
