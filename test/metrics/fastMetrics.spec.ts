import { Counter, Histogram, Registry } from 'prom-client';

import { FastHistogram } from '../../src/metrics/fastHistogram';
import { FastCounter } from '../../src/metrics/fastCounter';

const sorted = async (registry: Registry): Promise<string[]> => (await registry.metrics()).split('\n').sort();

describe('Metrics that are counted in plain numbers', () => {
  it("have the output of prom-client's histogram", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const config = { name: 'some_seconds', help: 'Times', buckets: [0.001, 0.01, 0.1] };
    const fast = new FastHistogram({ ...config, labelName: 'step', registers: [ours] });
    const histogram = new Histogram({ ...config, labelNames: ['step'], registers: [theirs] });
    for (const [step, seconds] of [
      ['readSnapshot', 0.0005],
      ['readSnapshot', 0.001],
      ['readSnapshot', 0.05],
      ['update', 0.01],
      ['update', 7],
    ] as const) {
      fast.observe(step, seconds);
      histogram.observe({ step }, seconds);
    }
    expect(await sorted(ours)).toEqual(await sorted(theirs));
    expect(ours.contentType).toBe(theirs.contentType);
  });

  it("have the output of prom-client's counter, each increment once however often it is scraped", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const config = { name: 'some_total', help: 'Counts' };
    const fast = new FastCounter(['state', 'signal'], { ...config, registers: [ours] });
    const counter = new Counter({ ...config, labelNames: ['state', 'signal'], registers: [theirs] });
    for (let scrapes = 0; scrapes < 2; scrapes += 1) {
      for (const [state, signal] of [
        ['EN_ROUTE', 'LIVE'],
        ['EN_ROUTE', 'LOST'],
        ['EN_ROUTE', 'LIVE'],
        ['STOPPED', 'NONE'],
      ] as const) {
        fast.inc(state, signal);
        counter.inc({ state, signal });
      }
      expect(await sorted(ours)).toEqual(await sorted(theirs));
    }
  });
});
