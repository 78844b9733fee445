import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ClusterFigures, Scaling } from '../measures/cluster';
import type { Figures } from '../load/load';
import { capacityTable } from './capacity';
import type { Machine } from './machine';
import type { Found, Target } from './targets';
import { count, percent, table } from './text';
import { writeFormatted } from './write';

const documentFile = join(__dirname, '../../docs/performance.md');

interface Run {
  readonly startedAt: Date;
  readonly machine: Machine;
}

/** Writes the figures of a full run into docs/performance.md: no figure there is copied by hand. */
export async function writePerformanceReport(
  run: Run & { readonly targets: readonly Target[]; readonly found: Found },
): Promise<void> {
  const { targets, found } = run;
  const rows = targets.map(({ what, target, found: figure, passed }) => [
    what,
    target,
    figure,
    passed ? 'met' : '**missed**',
  ]);
  await put({
    targets: [provenance(run), table(['what', 'target', 'found', ''], rows)],
    costs: [costTable(found)],
    capacity: [capacityTable(found)],
  });
}

export async function writeClusterReport(run: Run & { readonly figures: ClusterFigures }): Promise<void> {
  await put({ cluster: [provenance(run), clusterTable(run.figures)] });
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

function costTable({ throughput }: Found): string {
  if (!throughput) return '';
  const row = (what: string, { perSecond, cpuMicros, cpuShare, redisMicros }: Figures) => [
    what,
    count(perSecond),
    `${cpuMicros.toFixed(0)} µs`,
    percent(cpuShare),
    `${redisMicros!.toFixed(0)} µs`,
  ];
  const { polls, updates } = throughput;
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

const provenance = ({ startedAt, machine }: Run): string =>
  `Measured ${startedAt.toISOString().slice(0, 10)} at commit ${machine.commit}: ${machine.cores} cores (${machine.cpu}), ` +
  `Linux ${machine.kernel}, Node ${machine.node}, Redis ${machine.redis}.`;

/** Puts paragraphs between each section's two markers. */
async function put(sections: Readonly<Record<string, readonly string[]>>): Promise<void> {
  let document = readFileSync(documentFile, 'utf8');
  for (const [section, paragraphs] of Object.entries(sections)) {
    const [begin, end] = [`<!-- bench:${section} -->`, `<!-- /bench:${section} -->`];
    const [from, to] = [document.indexOf(begin), document.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/performance.md has no section ${begin} … ${end}`);
    const content = [begin, ...paragraphs.filter(Boolean), ''].join('\n\n');
    document = document.slice(0, from) + content + document.slice(to);
  }
  await writeFormatted(documentFile, document);
}
