import { Counter, type CounterConfiguration } from 'prom-client';

interface Series<Label extends string> {
  readonly labels: Record<Label, string>;
  count: number;
}

/**
 * A counter for what happens with each poll. prom-client's own builds a key from the labels and looks it up with each
 * increment; this one counts in plain numbers, and passes them to prom-client's when a scrape asks for them.
 */
export class FastCounter<Label extends string> {
  private readonly series = new Map<string, Map<string, Map<string, Series<Label>>>>();

  constructor(
    private readonly labelNames: readonly Label[],
    config: Omit<CounterConfiguration<Label>, 'labelNames' | 'collect'>,
  ) {
    const flushTo = (counter: Counter<Label>): void => this.flushTo(counter);
    new Counter({
      ...config,
      labelNames,
      collect() {
        flushTo(this);
      },
    });
  }

  /** Up to three label values, in the order of the label names. Each combination is kept, so they must be few. */
  inc(first: string, second = '', third = ''): void {
    const byThird = getOrCreate(getOrCreate(this.series, first), second);
    const series = byThird.get(third);
    if (series) series.count += 1;
    else byThird.set(third, { labels: this.labelsOf([first, second, third]), count: 1 });
  }

  private labelsOf(values: readonly string[]): Record<Label, string> {
    return Object.fromEntries(this.labelNames.map((name, at) => [name, values[at]!])) as Record<
      Label,
      string
    >;
  }

  private flushTo(counter: Counter<Label>): void {
    for (const bySecond of this.series.values()) {
      for (const byThird of bySecond.values()) {
        for (const series of byThird.values()) {
          counter.inc(series.labels, series.count);
          series.count = 0;
        }
      }
    }
  }
}

function getOrCreate<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let found = map.get(key);
  if (!found) map.set(key, (found = new Map<string, Value>()));
  return found;
}
