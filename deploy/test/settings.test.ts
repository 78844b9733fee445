import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readSettings } from '../lib/settings';

const read = (context: Record<string, unknown>) => readSettings((name) => context[name]);

it('without any setting the size is for ten thousand journeys', () => {
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
        alarmEmail: 'nobody',
      }),
    ({ message }: Error) =>
      [
        'load is "1M"',
        'jwksUrl must be https',
        'createEventBus is "maybe"',
        'sharedSecret is "no"',
        'alarmEmail is no address',
      ].every((fault) => message.includes(fault)),
  );
});

it('without a shared secret there must be a key set', () => {
  assert.throws(() => read({ sharedSecret: false }), /no jwksUrl/);
});
