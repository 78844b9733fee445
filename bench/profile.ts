// Shows where one peer's CPU time goes under load: node bench/start.mjs profile [--peer product] [--update] [--seconds 10]
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { drive } from './load/load';
import { pollLoad, updateLoad } from './load/requests';
import { runProgram } from './stand/program';
import type { PeerName } from './stand/server';
import { Stand } from './stand/stand';

/** The part of what `node --cpu-prof` writes that is used here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  /** Microseconds of the monotonic clock that process.hrtime reads. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 40;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      peer: { type: 'string', default: 'product' },
      seconds: { type: 'string', default: '10' },
      update: { type: 'boolean', default: false },
      keep: { type: 'string' },
    },
  });
  const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'journey-profile-'));
  const stand = await Stand.start(10_000);
  try {
    const server = await stand.serve(values.peer as PeerName, {
      nodeArgs: ['--cpu-prof', '--cpu-prof-dir', folder],
    });
    const load = values.update ? updateLoad(stand.journeys) : pollLoad(stand.journeys);
    const window = { begin: 0, end: 0 };
    const figures = await drive(server, load, {
      seconds: Number(values.seconds),
      warmUpSeconds: 2,
      warmUpRequests: stand.journeys.length,
      onWindow: (edge) => (window[edge] = Number(process.hrtime.bigint() / 1000n)),
    });
    await server.stop();
    const file = readdirSync(folder)
      .filter((name) => name.endsWith('.cpuprofile'))
      .sort()
      .at(-1)!;
    const profile = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Profile;
    console.log(`${(1e6 / figures.perCpuSecond).toFixed(1)} µs of CPU a request, profiled`);
    print('functions, by their own time', selfTimes(profile, window, frameNames(profile)));
    print(
      'packages and folders, by what was spent for them',
      selfTimes(profile, window, placeNames(profile)),
    );
    if (values.keep) console.log(`\nFor Chrome's developer tools: ${join(folder, file)}`);
  } finally {
    await stand.stop();
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}

/** Microseconds by name within the window, without the idle time. */
function selfTimes(
  { nodes, startTime, samples, timeDeltas }: Profile,
  window: { begin: number; end: number },
  names: ReadonlyMap<number, string>,
): Map<string, number> {
  const idle = nodes.find(({ callFrame }) => callFrame.functionName === '(idle)')?.id;
  const times = new Map<string, number>();
  let at = startTime;
  samples.forEach((sample, index) => {
    at += timeDeltas[index]!;
    if (sample === idle || at < window.begin || at > window.end) return;
    const name = names.get(sample)!;
    times.set(name, (times.get(name) ?? 0) + timeDeltas[index]!);
  });
  return times;
}

const frameNames = ({ nodes }: Profile): Map<number, string> =>
  new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      url ? `${functionName || '(anonymous)'}  ${shortened(url)}:${lineNumber + 1}` : functionName,
    ]),
  );

/** The package or the source folder for which time was spent: Node's own functions count for their caller. */
function placeNames({ nodes }: Profile): Map<number, string> {
  const places = new Map<number, string>();
  const children = new Set(nodes.flatMap((node) => node.children ?? []));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (id: number, above: string): void => {
    const { callFrame, children: below = [] } = byId.get(id)!;
    const place = placeOf(callFrame) ?? above;
    places.set(id, place);
    for (const child of below) visit(child, place);
  };
  for (const { id } of nodes) if (!children.has(id)) visit(id, 'Node by itself');
  return places;
}

function placeOf({ functionName, url }: Frame): string | undefined {
  if (!url) return functionName.startsWith('(') && functionName !== '(root)' ? functionName : undefined;
  if (url.startsWith('node:')) return undefined;
  const packageName = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  return packageName ?? /\/((?:dist|src|bench)(?:\/[\w-]+(?=\/))?)/.exec(url)?.[1] ?? url;
}

type Frame = Profile['nodes'][number]['callFrame'];

const shortened = (url: string): string => url.replace(/.*\/(node_modules|dist|bench)\//, '$1/');

function print(title: string, times: Map<string, number>): void {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  console.log(`\n${title}`);
  for (const [name, time] of [...times].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
    console.log(`${((time / total) * 100).toFixed(1).padStart(6)} %  ${name}`);
  }
}

runProgram(main);
