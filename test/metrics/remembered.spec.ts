import { setTimeout as sleep } from 'node:timers/promises';

import { remembered } from '../../src/metrics/remembered';

describe('An answer that is remembered', () => {
  it('is asked for once by however many ask at once, and anew when it is old', async () => {
    let asked = 0;
    const ask = remembered(async () => {
      await sleep(50);
      return (asked += 1);
    }, 100);
    // Longer under way than it holds: still one question.
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1]);
    expect(await ask()).toBe(1);
    await sleep(150);
    expect(await ask()).toBe(2);
  });

  it('is no failure: the next asks again', async () => {
    let fails = true;
    const ask = remembered(async () => {
      if (fails) throw new Error('away');
      return 'there';
    }, 60_000);
    await expect(ask()).rejects.toThrow('away');
    fails = false;
    expect(await ask()).toBe('there');
  });
});
