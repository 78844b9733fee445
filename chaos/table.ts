import { isUnavailable, type Verdict } from '../test/faults/scenes';
import type { GraphQLAnswer } from '../test/support/service';

/** The outcomes of the operations under one fault. */
export class Row {
  tried = 0;
  right = 0;
  unavailable = 0;
  readonly wrong: string[] = [];
  /** Changes that must lead to an event or a durable record; null where the row is not about these. */
  expected: number | null = null;
  delivered: number | null = null;
  lost: number | null = null;
  readonly recoveriesMs: number[] = [];

  constructor(readonly fault: string) {}

  count(verdict: Verdict): void {
    this.tried += 1;
    if (typeof verdict === 'object') this.wrong.push(verdict.wrong);
    else this[verdict] += 1;
  }

  /** Counts a request that must succeed, or at most be answered by 503 where the fault `mayRefuse`. */
  countAnswer(answer: GraphQLAnswer, mayRefuse: boolean): void {
    const { errors } = answer;
    if (!errors) this.count('right');
    else this.count(mayRefuse && isUnavailable(answer) ? 'unavailable' : { wrong: JSON.stringify(errors) });
  }

  add({ right, unavailable }: { right: number; unavailable: number }): void {
    this.tried += right + unavailable;
    this.right += right;
    this.unavailable += unavailable;
  }

  /** Adds the events or records that were expected, delivered and lost. */
  addDeliveries(expected: number, delivered: number, lost: number): void {
    this.expected = (this.expected ?? 0) + expected;
    this.delivered = (this.delivered ?? 0) + delivered;
    this.lost = (this.lost ?? 0) + lost;
  }
}

const HEAD = [
  'fault',
  'operations tried',
  'right',
  '503',
  'wrong',
  'events expected',
  'delivered',
  'lost',
  'recovery, median / worst',
];

/** The rows as a Markdown table, ready for docs/reliability.md. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.fault,
    ...[
      // A row that is about events alone has no operations.
      ...[row.tried, row.right, row.unavailable].map((count) => (row.tried === 0 ? null : count)),
      ...[row.wrong.length, row.expected, row.delivered, row.lost],
    ].map((value) => (value === null ? '–' : value.toLocaleString('en'))),
    recovery(row.recoveriesMs),
  ]);
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;
  return [line(HEAD), line(HEAD.map((_, at) => (at === 0 ? '---' : '---:'))), ...cells.map(line)].join('\n');
}

function recovery(times: readonly number[]): string {
  if (times.length === 0) return '–';
  const sorted = [...times].sort((a, b) => a - b);
  return `${Math.round(sorted[sorted.length >> 1]!)} / ${Math.round(sorted.at(-1)!)} ms`;
}
