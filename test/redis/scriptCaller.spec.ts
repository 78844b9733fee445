import { Redis } from 'ioredis';

import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { createScriptCallers, FixedArguments } from '../../src/redis/scriptCaller';

describe('A call of a script', () => {
  let store: EmbeddedStore;
  let redis: Redis;
  let sent: string[];

  beforeAll(async () => {
    store = await startRedis();
    redis = new Redis(store.url, { protocol: 2 });
    await redis.ping();
    const { stream } = redis;
    const write = stream.write.bind(stream);
    stream.write = (text: string) => {
      sent.push(/EVAL(SHA)?/.exec(text)?.[0] ?? text);
      return write(text);
    };
  });
  beforeEach(() => (sent = []));
  afterAll(async () => {
    redis.disconnect();
    await store.stop();
  });

  it('sends the text once on a connection, and then the hash', async () => {
    const { indexAdd, indexRead } = createScriptCallers();
    await indexAdd.call(redis, ['key', Date.now() + 60_000, 'ü {1}', 60_000]);
    await indexAdd.call(redis, ['key', Date.now() + 60_000, '', 60_000]);
    expect(new Set((await indexRead.call(redis, ['key'])) as string[])).toEqual(new Set(['', 'ü {1}']));
    expect(sent).toEqual(['EVAL', 'EVALSHA', 'EVAL']);
  });

  it('sends fixed arguments as if each were listed, long ones and those beyond ASCII too', async () => {
    const { indexAdd, indexRead } = createScriptCallers();
    const long = 'ü'.repeat(300);
    await indexAdd.call(redis, ['fixed', new FixedArguments([Date.now() + 60_000, long]), 60_000]);
    expect(await indexRead.call(redis, ['fixed'])).toEqual([long]);
  });

  it('sends the text again to a server that has lost it', async () => {
    const { now } = createScriptCallers();
    await now.call(redis, ['key']);
    await redis.script('FLUSH');
    sent = [];
    const replies = await Promise.all([now.call(redis, ['key']), now.call(redis, ['key'])]);
    expect(replies.map(Number)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(sent.slice(0, 3)).toEqual(['EVALSHA', 'EVALSHA', 'EVAL']);
    await now.call(redis, ['key']);
    expect(sent.at(-1)).toBe('EVALSHA');
  });
});
