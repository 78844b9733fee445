// npm run bench [-- --quick | --cluster] [--only throughput,phones,roundTrips,cost,memory]
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { measureCluster } from './measures/cluster';
import { measureCost } from './measures/cost';
import { measureMemory } from './measures/memory';
import { measurePhones } from './measures/phones';
import { measureRoundTrips } from './measures/roundTrips';
import { measureThroughput } from './measures/throughput';
import { clusterTable, writeClusterReport, writePerformanceReport } from './report/document';
import { describeMachine } from './report/machine';
import { costPlot, latencyPlot } from './report/plots';
import { judge, type Found } from './report/targets';
import { table } from './report/text';
import { writeFormatted } from './report/write';
import { runProgram } from './stand/program';

const results = join(__dirname, 'results');

/** What a run takes its time for. The full one is what the targets mean; the quick one shows that all of it works. */
const plans = {
  full: {
    throughput: { pairs: 7, seconds: 5 },
    phones: { journeys: 10_000, seconds: 300 },
    cost: { levels: [100, 10_000, 100_000], rounds: 7, seconds: 4 },
  },
  quick: {
    throughput: { pairs: 5, seconds: 0.8 },
    phones: { journeys: 3000, seconds: 15 },
    cost: { levels: [100, 3000, 10_000], rounds: 3, seconds: 0.8 },
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      cluster: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  if (values.cluster) return runCluster(values.quick);
  const mode = values.quick ? 'quick' : 'full';
  const plan = plans[mode];
  const startedAt = new Date();
  const found: Found = {};
  const measures: Readonly<Record<keyof Found, () => Promise<unknown>>> = {
    roundTrips: async () => (found.roundTrips = await measureRoundTrips()),
    memory: async () => (found.memory = await measureMemory()),
    throughput: async () => (found.throughput = await measureThroughput(plan.throughput)),
    cost: async () => (found.cost = await measureCost(plan.cost)),
    phones: async () => (found.phones = await measurePhones(plan.phones)),
  };
  const wanted = values.only?.split(',') ?? Object.keys(measures);
  for (const [name, measure] of Object.entries(measures)) {
    if (!wanted.includes(name)) continue;
    const begin = Date.now();
    await measure();
    console.log(`${name}: measured in ${Math.round((Date.now() - begin) / 1000)} s`);
  }
  const targets = judge(found);
  console.log(
    `\n${table(
      ['what', 'target', 'found', ''],
      targets.map(({ what, target, found, passed }) => [what, target, found, passed ? 'ok' : 'MISSED']),
    )}\n`,
  );

  const run = {
    mode,
    startedAt,
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    machine: describeMachine(),
    plan,
    targets,
    found,
  };
  const name = values.only ? 'partial' : mode;
  await save(`${name}.json`, JSON.stringify(run));
  if (found.phones) await save(`${name}-latency.svg`, latencyPlot(found.phones));
  if (found.cost) await save(`${name}-cost.svg`, costPlot(found.cost));
  if (name === 'full') await writePerformanceReport(run);
  if (targets.some(({ passed }) => !passed)) process.exitCode = 1;
}

async function runCluster(quick: boolean): Promise<void> {
  const figures = await measureCluster(quick ? { pairs: 3, seconds: 1 } : { pairs: 7, seconds: 5 });
  console.log(`\n${clusterTable(figures)}\n`);
  const run = { mode: 'cluster', startedAt: new Date(), machine: describeMachine(), figures };
  if (quick) return;
  await save('cluster.json', JSON.stringify(run));
  await writeClusterReport(run);
}

async function save(name: string, content: string): Promise<void> {
  await writeFormatted(join(results, name), content);
  console.log(`wrote bench/results/${name}`);
}

runProgram(main);
