import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { ClusterFigures } from '../measures/cluster';
import { capacityOf, capacityTable } from './capacity';
import type { Machine } from './machine';
import { clientTable, clusterTable, costTable } from './tables';
import type { Found, Target } from './targets';
import { table } from './text';
import { writeFormatted } from './write';

const documentFile = join(__dirname, '../../docs/performance.md');

interface Run {
  readonly startedAt: Date;
  readonly machine: Machine;
}

/** Writes the figures of a full run into docs/performance.md, so that none is copied by hand. */
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
    clients: [clientTable(found.clients!)],
    costs: [costTable(found.throughput!)],
    capacity: [capacityTable(capacityOf(found))],
  });
}

export async function writeClusterReport(run: Run & { readonly figures: ClusterFigures }): Promise<void> {
  await put({ cluster: [provenance(run), clusterTable(run.figures)] });
}

const provenance = ({ startedAt, machine }: Run): string =>
  `Measured ${startedAt.toISOString().slice(0, 10)} at commit ${machine.commit}: ${machine.cores} cores (${machine.cpu}), ` +
  `Linux ${machine.kernel}, Node ${machine.node}, Redis ${machine.redis}.`;

/** Puts paragraphs between the two markers of each section. */
async function put(sections: Readonly<Record<string, readonly string[]>>): Promise<void> {
  let document = readFileSync(documentFile, 'utf8');
  for (const [section, paragraphs] of Object.entries(sections)) {
    const [begin, end] = [`<!-- bench:${section} -->`, `<!-- /bench:${section} -->`];
    const [from, to] = [document.indexOf(begin), document.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/performance.md has no section ${begin} … ${end}`);
    const content = [begin, ...paragraphs, ''].join('\n\n');
    document = document.slice(0, from) + content + document.slice(to);
  }
  await writeFormatted(documentFile, document);
}
