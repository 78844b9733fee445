import type { Histogram, Registry } from 'prom-client';

export interface FastHistogramOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelName: Label;
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly registers: readonly Registry[];
}

interface Series {
  /** The number of observations in each bucket; the last bucket has no upper bound. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram for what happens with each poll, with the same output as prom-client's own. That one builds a key from
 * the labels and looks it up with each observation, and cannot take over what was counted in plain numbers.
 */
export class FastHistogram<Label extends string> {
  readonly name: string;
  private readonly series = new Map<string, Series>();

  constructor(private readonly options: FastHistogramOptions<Label>) {
    this.name = options.name;
    // A registry uses nothing of a metric but its name and `get`.
    for (const registry of options.registers) registry.registerMetric(this as unknown as Histogram<Label>);
  }

  /** Each value of the label is kept, so they must be few. */
  observe(labelValue: string, seconds: number): void {
    const { buckets } = this.options;
    let series = this.series.get(labelValue);
    if (!series) {
      series = { counts: Array<number>(buckets.length + 1).fill(0), sum: 0 };
      this.series.set(labelValue, series);
    }
    let bucket = 0;
    while (bucket < buckets.length && seconds > buckets[bucket]!) bucket += 1;
    series.counts[bucket]! += 1;
    series.sum += seconds;
  }

  /** In the form that prom-client's registry serializes. */
  async get() {
    const { name, help, labelName, buckets } = this.options;
    const values = [...this.series].flatMap(([labelValue, { counts, sum }]) => {
      const labels = { [labelName]: labelValue };
      let count = 0;
      const cumulative = counts.map((inBucket, at) => ({
        metricName: `${name}_bucket`,
        labels: { le: String(buckets[at] ?? '+Inf'), ...labels },
        value: (count += inBucket),
      }));
      return [
        ...cumulative,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
    return { name, help, type: 'histogram', values, aggregator: 'sum' };
  }
}
