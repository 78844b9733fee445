import { Counter, Histogram, Registry } from 'prom-client';

import { Durations } from '../../src/metrics/durations';
import { Tally } from '../../src/metrics/tally';

const sorted = async (registry: Registry): Promise<string[]> => (await registry.metrics()).split('\n').sort();

describe('Metrics that are counted in plain numbers', () => {
  it("tell times as prom-client's histogram does", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const config = { name: 'some_seconds', help: 'Times', buckets: [0.001, 0.01, 0.1] };
    const durations = new Durations({ ...config, labelName: 'step', registers: [ours] });
    const histogram = new Histogram({ ...config, labelNames: ['step'], registers: [theirs] });
    for (const [step, seconds] of [
      ['readSnapshot', 0.0005],
      ['readSnapshot', 0.001],
      ['readSnapshot', 0.05],
      ['update', 0.01],
      ['update', 7],
    ] as const) {
      durations.observe(step, seconds);
      histogram.observe({ step }, seconds);
    }
    expect(await sorted(ours)).toEqual(await sorted(theirs));
    expect(ours.contentType).toBe(theirs.contentType);
  });

  it("tell counts as prom-client's counter does, each increment once however often somebody scrapes", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    const config = { name: 'some_total', help: 'Counts' };
    const tally = new Tally(['state', 'signal'], { ...config, registers: [ours] });
    const counter = new Counter({ ...config, labelNames: ['state', 'signal'], registers: [theirs] });
    for (let scrapes = 0; scrapes < 2; scrapes += 1) {
      for (const [state, signal] of [
        ['EN_ROUTE', 'LIVE'],
        ['EN_ROUTE', 'LOST'],
        ['EN_ROUTE', 'LIVE'],
        ['STOPPED', 'NONE'],
      ] as const) {
        tally.inc(state, signal);
        counter.inc({ state, signal });
      }
      expect(await sorted(ours)).toEqual(await sorted(theirs));
    }
  });
});
