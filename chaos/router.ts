import { setTimeout as sleep } from 'node:timers/promises';

import { eventually } from '../test/faults/eventually';
import { FAULT_SETTINGS } from '../test/faults/scenes';
import { callsScript, FaultProxy } from '../test/support/faultProxy';
import { OsrmStandIn, type OsrmFault } from '../test/support/osrm';
import { testRedisUrl } from '../test/support/redis';
import { metersFromHome, TestService, type Booking } from '../test/support/service';
import type { Row } from './table';

const JOURNEYS = 10;
/** Between two updates of a journey. */
const STEP_MS = 100;
const STEPS = 30;
const TRAVEL_SECONDS = 1500;
/** What the service expects by itself of a trainer at that distance is far from that. */
const START_METERS = 4000;
/** So inexact that no speed limit parts two fixes of a step, however soon one follows the other. */
const ACCURACY = 50;
const MIN_ETA_MS = 60_000;

const ETA = `query ($sessionId: ID!) {
  liveLocation(sessionId: $sessionId) { location { latitude } eta { arrivesAt earliestAt latestAt source } }
}`;

/** `turnsLost`: Redis does not reply to the steps that take the turns and store the router's answers. */
export type RouterFault = OsrmFault | 'away' | 'turnsLost';

interface Drive {
  readonly row: Row;
  readonly fault: RouterFault;
  readonly bookings: readonly Booking[];
}

/** Drives while the router fails, and counts how long its answers need to be shown again once it is back. */
export async function failRouter(row: Row, fault: RouterFault, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    let osrm = await OsrmStandIn.start();
    osrm.travelSeconds = () => TRAVEL_SECONDS;
    const { port } = osrm;
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    const service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: proxy.redisUrl,
      ROUTER_URL: `osrm+${osrm.url}`,
      ROUTER_INTERVAL_MS: '500',
      ROUTER_TIMEOUT_MS: '200',
      ROUTER_FRESH_MS: '2000',
    });
    try {
      const bookings = await Promise.all(Array.from({ length: JOURNEYS }, () => service.book()));
      const drive: Drive = { row, fault, bookings };
      for (const { trainer, id } of bookings) row.countAnswer(await trainer.start(id), false);
      await driveUntilRouted(drive, START_METERS);
      if (fault === 'away') await osrm.stop();
      else if (fault === 'turnsLost')
        proxy.inject({ kind: 'cutAfter', when: callsScript('routerTurns', 'eta') });
      else osrm.fault = fault;
      for (let step = 0; step < STEPS; step += 1) {
        await move(drive, START_METERS - 50 - step);
        await sleep(STEP_MS);
      }
      if (fault === 'away') {
        osrm = await OsrmStandIn.start(port);
        osrm.travelSeconds = () => TRAVEL_SECONDS;
      } else osrm.fault = null;
      proxy.heal();
      const healedAt = performance.now();
      await driveUntilRouted(drive, START_METERS - 100);
      row.recoveriesMs.push(performance.now() - healedAt);
      for (const { trainer, id } of bookings) row.countAnswer(await trainer.stop(id), false);
    } finally {
      await service.stop();
      await osrm.stop();
      await proxy.stop();
    }
  }
}

async function driveUntilRouted(drive: Drive, fromMeters: number): Promise<void> {
  let meters = fromMeters;
  await eventually(
    'every journey shows the router',
    async () => {
      const sources = await move(drive, (meters -= 1));
      return sources.every((source) => source === 'ROUTER');
    },
    30_000,
  );
}

/** One update and one poll of each journey. Neither may notice the router, and each location needs its ETA. */
async function move({ row, fault, bookings }: Drive, meters: number): Promise<string[]> {
  // Of the faults only this one affects Redis: it breaks the connection that requests use too.
  const mayRefuse = fault === 'turnsLost';
  return Promise.all(
    bookings.map(async ({ trainer, student, id }) => {
      row.countAnswer(await trainer.update(id, { ...metersFromHome(meters), accuracy: ACCURACY }), mayRefuse);
      const askedAt = Date.now();
      const answer = await student.ask(ETA, { sessionId: id });
      const { eta } = answer.data?.liveLocation ?? {};
      const wrong = answer.errors ? null : wrongIn(eta, askedAt);
      if (wrong) row.count({ wrong });
      else row.countAnswer(answer, mayRefuse);
      return String(eta?.source);
    }),
  );
}

interface ShownEta {
  readonly arrivesAt: string;
  readonly earliestAt: string;
  readonly latestAt: string;
  readonly source: string;
}

function wrongIn(eta: ShownEta | undefined, askedAt: number): string | null {
  if (!eta) return 'a location without an ETA';
  const leftMs = Date.parse(eta.arrivesAt) - askedAt;
  if (leftMs < MIN_ETA_MS) return `an ETA in ${leftMs} ms`;
  // Garbage of the router's.
  if (leftMs > 1000 * TRAVEL_SECONDS) return `an ETA in ${leftMs} ms`;
  if (eta.earliestAt > eta.arrivesAt || eta.arrivesAt > eta.latestAt) return 'an ETA outside its interval';
  return null;
}
