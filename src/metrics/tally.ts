import { Counter, type CounterConfiguration } from 'prom-client';

interface Cell<Label extends string> {
  readonly labels: Record<Label, string>;
  count: number;
}

/**
 * A counter for what happens with each poll. It counts in plain numbers, which prom-client's own takes over when somebody
 * scrapes: that one puts a name together from the labels and looks it up with each increment.
 */
export class Tally<Label extends string> {
  private readonly cells = new Map<string, Map<string, Map<string, Cell<Label>>>>();

  constructor(
    private readonly labelNames: readonly Label[],
    config: Omit<CounterConfiguration<Label>, 'labelNames' | 'collect'>,
  ) {
    const told = (counter: Counter<Label>): void => this.tell(counter);
    new Counter({
      ...config,
      labelNames,
      collect() {
        told(this);
      },
    });
  }

  /** `values`: up to three, in the order of the label names; of a list of ours, since each is kept. */
  inc(first: string, second = '', third = ''): void {
    const below = branch(branch(this.cells, first), second);
    const cell = below.get(third);
    if (cell) cell.count += 1;
    else below.set(third, { labels: this.labelled([first, second, third]), count: 1 });
  }

  private labelled(values: readonly string[]): Record<Label, string> {
    return Object.fromEntries(this.labelNames.map((name, at) => [name, values[at]!])) as Record<
      Label,
      string
    >;
  }

  private tell(counter: Counter<Label>): void {
    for (const seconds of this.cells.values()) {
      for (const thirds of seconds.values()) {
        for (const cell of thirds.values()) {
          counter.inc(cell.labels, cell.count);
          cell.count = 0;
        }
      }
    }
  }
}

function branch<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let found = map.get(key);
  if (!found) map.set(key, (found = new Map<string, Value>()));
  return found;
}
