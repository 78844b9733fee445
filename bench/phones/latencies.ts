import { build, type Histogram } from 'hdr-histogram-js';

import type { Percentiles, PhonesFound } from './order';

type Kind = 'poll' | 'update';

/** Microseconds, up to a minute, to three digits. */
const histogram = (digits: 2 | 3): Histogram =>
  build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 60_000_000,
    numberOfSignificantValueDigits: digits,
  });

/** Latencies by kind of request, and by the second in which they were due. */
export class Latencies {
  private readonly kinds: Record<Kind, Histogram> = { poll: histogram(3), update: histogram(3) };
  private readonly cold = histogram(3);
  private readonly seconds: Histogram[] = [];

  /** What was due in the first `coldMs` counts as `cold` and as nothing else. */
  constructor(private readonly coldMs: number) {}

  record(kind: Kind, intendedMs: number, latencyMs: number): void {
    const micros = Math.max(1, Math.round(latencyMs * 1000));
    (intendedMs < this.coldMs ? this.cold : this.kinds[kind]).recordValue(micros);
    const second = Math.floor(intendedMs / 1000);
    (this.seconds[second] ??= histogram(2)).recordValue(micros);
  }

  summary(): Pick<PhonesFound, 'polls' | 'updates' | 'all' | 'cold' | 'overTime'> {
    const all = histogram(3);
    all.add(this.kinds.poll);
    all.add(this.kinds.update);
    return {
      polls: percentiles(this.kinds.poll),
      updates: percentiles(this.kinds.update),
      all: percentiles(all),
      cold: percentiles(this.cold),
      overTime: this.seconds.map((of, second) => ({
        second,
        p50Ms: msAt(of, 50),
        p99Ms: msAt(of, 99),
        maxMs: of.maxValue / 1000,
      })),
    };
  }
}

const msAt = (of: Histogram, percentile: number): number => of.getValueAtPercentile(percentile) / 1000;

const percentiles = (of: Histogram): Percentiles => ({
  count: of.totalCount,
  p50Ms: msAt(of, 50),
  p90Ms: msAt(of, 90),
  p99Ms: msAt(of, 99),
  p999Ms: msAt(of, 99.9),
  maxMs: of.maxValue / 1000,
});
