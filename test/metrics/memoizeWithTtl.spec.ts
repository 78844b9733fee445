import { setTimeout as sleep } from 'node:timers/promises';

import { memoizeWithTtl } from '../../src/metrics/memoizeWithTtl';

describe('A result that is memoized for a time', () => {
  it('is loaded once for any number of concurrent callers, and again when it has expired', async () => {
    let loads = 0;
    const load = memoizeWithTtl(async () => {
      await sleep(150);
      return (loads += 1);
    }, 100);
    // The load takes longer than the result is kept: there is still one load.
    expect(await Promise.all([load(), load(), load()])).toEqual([1, 1, 1]);
    expect(await load()).toBe(1);
    await sleep(150);
    expect(await load()).toBe(2);
  });

  it('is never a failure: the next call loads again', async () => {
    let fails = true;
    const load = memoizeWithTtl(async () => {
      if (fails) throw new Error('away');
      return 'there';
    }, 60_000);
    await expect(load()).rejects.toThrow('away');
    fails = false;
    expect(await load()).toBe('there');
  });
});
