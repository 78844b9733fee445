import type { Histogram, Registry } from 'prom-client';

export interface DurationsOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelName: Label;
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly registers: readonly Registry[];
}

interface Times {
  /** How many fell into each bucket, the last one without a bound. */
  readonly counts: number[];
  sum: number;
}

/**
 * A histogram for what happens with each poll, told as prom-client's own is. That one puts a name together from the
 * labels and looks it up with each observation, and has no way to take over what was counted in plain numbers.
 */
export class Durations<Label extends string> {
  readonly name: string;
  private readonly times = new Map<string, Times>();

  constructor(private readonly options: DurationsOptions<Label>) {
    this.name = options.name;
    // All that a registry asks of a metric is its name and `get`.
    for (const registry of options.registers) registry.registerMetric(this as unknown as Histogram<Label>);
  }

  /** `value`: the label's, of a list of ours, since each is kept. */
  observe(value: string, seconds: number): void {
    const { buckets } = this.options;
    let times = this.times.get(value);
    if (!times)
      this.times.set(value, (times = { counts: Array<number>(buckets.length + 1).fill(0), sum: 0 }));
    let at = 0;
    while (at < buckets.length && seconds > buckets[at]!) at += 1;
    times.counts[at]! += 1;
    times.sum += seconds;
  }

  /** In the form that prom-client's registry writes down. */
  async get() {
    const { name, help, labelName, buckets } = this.options;
    const values = [...this.times].flatMap(([value, { counts, sum }]) => {
      const labels = { [labelName]: value };
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
