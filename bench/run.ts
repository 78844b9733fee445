// npm run bench [-- --quick] [--only roundTrips,memory,throughput,clients,cost,phones,background] [--product FOLDER]
// npm run bench -- --cluster | --against FOLDER [--quick]
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { measureAgainst } from './measures/against';
import { measureBackground } from './measures/background';
import { measureClients } from './measures/clients';
import { measureCluster } from './measures/cluster';
import { measureCost } from './measures/cost';
import { measureMemory } from './measures/memory';
import { measurePhones } from './measures/phones';
import { measureRoundTrips } from './measures/roundTrips';
import { measureThroughput } from './measures/throughput';
import { writeClusterReport, writePerformanceReport } from './report/document';
import { capacityOf } from './report/capacity';
import { describeMachine } from './report/machine';
import { costPlot, latencyPlot } from './report/plots';
import { clientTable, clusterTable } from './report/tables';
import { judge, judgeAgainst, type Found, type Target } from './report/targets';
import { table } from './report/text';
import { writeFormatted } from './report/write';
import { runProgram } from './stand/program';

const results = join(__dirname, 'results');

/** How long a run measures. The targets are meant for the full one; the quick one shows that everything works. */
const plans = {
  full: {
    throughput: { pairs: 5, seconds: 4 },
    clients: { rounds: 7, seconds: 0.7 },
    phones: { journeys: 10_000, seconds: 300 },
    cost: { levels: [100, 10_000, 100_000], rounds: 7, seconds: 3 },
    background: { journeys: 10_000, seconds: 30 },
    against: { pairs: 9, seconds: 3 },
    cluster: { pairs: 7, seconds: 5 },
  },
  quick: {
    throughput: { pairs: 5, seconds: 0.8 },
    clients: { rounds: 3, seconds: 0.4 },
    phones: { journeys: 3000, seconds: 15 },
    cost: { levels: [100, 3000, 10_000], rounds: 3, seconds: 0.8 },
    background: { journeys: 10_000, seconds: 10 },
    against: { pairs: 5, seconds: 1 },
    cluster: { pairs: 3, seconds: 1 },
  },
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      cluster: { type: 'boolean', default: false },
      against: { type: 'string' },
      only: { type: 'string' },
      product: { type: 'string' },
    },
  });
  const mode = values.quick ? 'quick' : 'full';
  if (values.cluster) await runCluster(mode);
  else if (values.against) await runAgainst(resolve(values.against), mode);
  else await runMeasures(mode, values);
}

type Mode = keyof typeof plans;

async function runMeasures(
  mode: Mode,
  { only, product }: { readonly only?: string; readonly product?: string },
): Promise<void> {
  const plan = plans[mode];
  const checkout = product && resolve(product);
  const startedAt = new Date();
  const found: Found = {};
  const measures: Readonly<Record<keyof Found, () => Promise<unknown>>> = {
    roundTrips: async () => (found.roundTrips = await measureRoundTrips({ checkout })),
    memory: async () => (found.memory = await measureMemory()),
    throughput: async () => (found.throughput = await measureThroughput({ ...plan.throughput, checkout })),
    clients: async () => (found.clients = await measureClients({ ...plan.clients, checkout })),
    cost: async () => (found.cost = await measureCost({ ...plan.cost, checkout })),
    background: async () => (found.background = await measureBackground({ ...plan.background, checkout })),
    phones: async () => (found.phones = await measurePhones({ ...plan.phones, checkout })),
  };
  for (const name of selected(only, Object.keys(measures)) as (keyof Found)[]) {
    const begin = Date.now();
    await measures[name]();
    console.log(`${name}: measured in ${Math.round((Date.now() - begin) / 1000)} s`);
  }
  const targets = judge(found);
  if (found.clients) console.log(`\n${clientTable(found.clients)}`);
  printTargets(targets);

  const run = {
    mode,
    ...(checkout && { product: checkout }),
    startedAt,
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    machine: describeMachine(checkout),
    plan,
    targets,
    found,
  };
  const name = only || product ? 'partial' : mode;
  await save(`${name}.json`, JSON.stringify(run));
  if (found.phones) await save(`${name}-latency.svg`, latencyPlot(found.phones));
  if (found.cost) await save(`${name}-cost.svg`, costPlot(found.cost));
  if (name === 'full') {
    // The deployment's sizes are computed from this file.
    await save('capacity.json', JSON.stringify(capacityOf(found)));
    await writePerformanceReport(run);
  }
}

/** The named measures, in the order of `all`. @throws when one does not exist. */
function selected(only: string | undefined, all: readonly string[]): string[] {
  const names = only?.split(',') ?? all;
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new Error(`--only has ${unknown.join(', ')}, which is none of ${all.join(', ')}`);
  }
  return all.filter((name) => names.includes(name));
}

async function runAgainst(checkout: string, mode: Mode): Promise<void> {
  const startedAt = new Date();
  const figures = await measureAgainst(checkout, plans[mode].against);
  printTargets(judgeAgainst(figures));
  const machines = { this: describeMachine(), other: describeMachine(checkout) };
  await save('against.json', JSON.stringify({ mode, startedAt, machines, figures }));
}

async function runCluster(mode: Mode): Promise<void> {
  const figures = await measureCluster(plans[mode].cluster);
  console.log(`\n${clusterTable(figures)}\n`);
  const run = { mode: 'cluster', startedAt: new Date(), machine: describeMachine(), figures };
  if (mode === 'quick') return;
  await save('cluster.json', JSON.stringify(run));
  await writeClusterReport(run);
}

/** Prints the targets; the process exits with status 1 when one was missed. */
function printTargets(targets: readonly Target[]): void {
  const rows = targets.map(({ what, target, found, passed }) => [
    what,
    target,
    found,
    passed ? 'ok' : 'MISSED',
  ]);
  console.log(`\n${table(['what', 'target', 'found', ''], rows)}\n`);
  if (targets.some(({ passed }) => !passed)) process.exitCode = 1;
}

async function save(name: string, content: string): Promise<void> {
  await writeFormatted(join(results, name), content);
  console.log(`wrote bench/results/${name}`);
}

runProgram(main);
