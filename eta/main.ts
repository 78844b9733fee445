import { MIN_ETA_MS } from '../src/domain/eta';
import { readConfig } from '../src/config/readConfig';
import { createRouter } from '../src/router/createRouter';
import { startRedis } from '../demo/stores/redis';
import { figuresOf, LEADS, type Figures } from './figures';
import { replayAll, type Trip } from './replay';
import { atSlowPlaces, atStops, recordedTrips, simulatedTrips } from './trips';
import { VirtualStore } from './virtualStore';

const SIMULATED_TRIPS = 40;

/** `npm run eta`: how good the ETA is on drives whose end is known. Settings: DRIVES, ROUTER_URL, and those of the policy. */
async function main(): Promise<void> {
  const { DRIVES: folder, ROUTER_URL: routerUrl } = process.env;
  const config = readConfig({
    ...process.env,
    DATABASE_URL: 'postgres://none/none',
    AUTH_JWT_SECRET: 'none',
  });
  const router = config.router && (await createRouter(config.router.target, config.router.region));
  const groups: [string, readonly Trip[]][] = folder
    ? [
        ['recorded trips', recordedTrips(folder, router, atStops)],
        ['recorded ways to a slow place', recordedTrips(folder, router, atSlowPlaces)],
      ]
    : [['simulated trips', simulatedTrips(SIMULATED_TRIPS)]];
  if (groups.every(([, trips]) => trips.length === 0))
    throw new Error('No drive of DRIVES has a trip of at least five minutes and 1 km');
  const routerName = folder
    ? routerUrl
      ? 'the router of ROUTER_URL'
      : 'a stand-in router'
    : "the demo's router";

  const redis = await startRedis();
  const routerIntervalMs = config.router?.intervalMs ?? 30_000;
  const virtual = await VirtualStore.open({ redisUrl: redis.url, policy: config.policy, routerIntervalMs });
  try {
    const run = async (given: readonly Trip[]): Promise<Figures> =>
      figuresOf(await replayAll(virtual, given));
    for (const [title, trips] of groups) {
      if (trips.length === 0) continue;
      const rows: [string, Figures][] = [
        ['estimate', await run(trips.map((trip) => ({ ...trip, router: null })))],
        [routerName, await run(trips)],
      ];
      console.log(`${tableOf(`${trips.length} ${title}`, rows)}\n`);
    }
  } finally {
    virtual.close();
    await redis.stop();
    router?.close();
  }
}

function tableOf(title: string, rows: readonly (readonly [string, Figures])[]): string {
  const head = [
    title,
    ...LEADS.map((minutes) => `${minutes} min before: trips, median error, MAPE`),
    'changes per 10 min',
    `earlier than ${MIN_ETA_MS / 1000} s from now`,
    'interval holds',
    'source ROUTER',
  ];
  const lines = rows.map(([name, figures]) => [
    name,
    ...LEADS.map((minutes) => {
      const { trips, medianErrorSeconds, mapePercent } = figures.leads[minutes];
      return trips === 0 ? '–' : `${trips}, ${medianErrorSeconds.toFixed(0)} s, ${mapePercent.toFixed(0)} %`;
    }),
    figures.changesPer10Minutes.toFixed(1),
    `${figures.inThePastPercent.toFixed(1)} %`,
    `${figures.coveragePercent.toFixed(0)} %`,
    `${figures.routerPercent.toFixed(0)} %`,
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
