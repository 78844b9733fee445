import type { Figures } from '../load/load';
import type { ClientFigures } from '../measures/clients';
import type { ClusterFigures, Scaling } from '../measures/cluster';
import type { ThroughputFigures } from '../measures/throughput';
import { count, percent, table } from './text';

/** Polls of one process by client library, beside the floor that got the same bytes. */
export const clientTable = (clients: readonly ClientFigures[]): string =>
  table(
    [
      'polls sent by',
      'a second',
      'CPU each',
      'floor: CPU each',
      'of the floor, by CPU',
      'of the best, by CPU',
    ],
    clients.map(({ name, product, floor, cpuRatio, cpuRange: [low, high], ofBest }) => [
      name,
      count(product.perSecond),
      `${product.cpuMicros.toFixed(1)} µs`,
      `${floor.cpuMicros.toFixed(1)} µs`,
      `${cpuRatio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`,
      ofBest.toFixed(2),
    ]),
  );

export function costTable({ polls, updates }: ThroughputFigures): string {
  const row = (what: string, { perSecond, cpuMicros, cpuShare, redisMicros }: Figures) => [
    what,
    count(perSecond),
    `${cpuMicros.toFixed(0)} µs`,
    percent(cpuShare),
    `${redisMicros!.toFixed(0)} µs`,
  ];
  return table(
    ['saturated, median', 'a second', 'CPU each', 'server’s core in use', 'Redis CPU each'],
    [
      row('poll: the product', polls.floor.product),
      row('poll: floor', polls.floor.peer),
      row('poll: floor by the product’s script', polls.lean.peer),
      row('poll: Mercurius with JIT', polls.mercurius.peer),
      row('poll: earlier design', polls.earlier.peer),
      row('update: the product', updates.product),
      row('update: floor', updates.peer),
    ],
  );
}

export function clusterTable({ polls, updates, sharePerMaster }: ClusterFigures): string {
  const row = (what: string, one: number, two: number, ratio = two / one) => [
    what,
    count(one),
    count(two),
    ratio.toFixed(2),
  ];
  const rowsOf = (what: string, { one, two, serverCost, redisCost }: Scaling) => [
    row(`${what}s a second`, one.perSecond, two.perSecond),
    row(`µs of server CPU each`, one.cpuMicros, two.cpuMicros, serverCost),
    row(`µs of Redis CPU each`, one.redisMicros!, two.redisMicros!, redisCost),
  ];
  const figures = table(
    ['medians', 'one process, one Redis', 'two processes, three masters', 'ratio'],
    [...rowsOf('poll', polls), ...rowsOf('update', updates)],
  );
  return `${figures}\n\nShare of the scripts by master: ${sharePerMaster.map(percent).join(', ')}.`;
}
