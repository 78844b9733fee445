import { networkInterfaces } from 'node:os';
import type { Session } from '../src/domain/session';
import type { FleetCounts } from './drive/counts';
import { trainerName } from './names';
import type { DemoTokens } from './tokens';

export interface Announcement {
  readonly url: string;
  readonly trainers: number;
  readonly hasMap: boolean;
  /** One that a simulated trainer drives to. */
  readonly driven: Session;
  /** One that nobody drives to. */
  readonly undriven: Session;
  readonly tokens: DemoTokens;
  /** Of the demo's own road router; undefined when ROUTER_URL names another. */
  readonly routerPid: number | undefined;
}

/** What is special about the drives of the second trainer and those after it, in the order of HARD_DRIVES in demo.ts. */
const HARD_DRIVE_NOTES = ['begins with positions of another place', 'comes by motorway', 'has a slow uplink'];

function hardDrives(trainers: number): string {
  const notes = HARD_DRIVE_NOTES.slice(0, trainers - 1).map((note, at) => `${trainerName(at + 2)} ${note}`);
  return notes.length === 0 ? '' : `${notes.join(',\n')}.\n`;
}

/** What someone who has just started the demo wants to know. */
export function announcement({
  url,
  trainers,
  hasMap,
  driven,
  undriven,
  tokens,
  routerPid,
}: Announcement): string {
  const studentToken = tokens.student[driven.studentId]!;
  const query = `{ liveLocation(sessionId: "${driven.id}") { state signal distanceMeters eta { arrivesAt source } pollAfterMs location { latitude longitude heading speed } } }`;
  return `
${trainers} trainers are driving to their students. Ctrl-C ends everything.

  API          ${url}/graphql
  Playground   ${url}/
${hasMap ? `  Live map     ${url}/map/\n` : ''}  Health       ${url}/health/ready

${hardDrives(trainers)}${
    routerPid === undefined
      ? ''
      : `
The times of arrival come from a road router of the demo's own (process ${routerPid}). Kill it, and within 3 min they are
the service's own estimates: their source is ESTIMATE instead of ROUTER.
`
  }
Watch ${driven.trainerId} drive to ${driven.studentId} (${driven.id}):

  curl -s ${url}/graphql -H 'content-type: application/json' \\
    -H 'authorization: Bearer ${studentToken}' \\
    -d '${JSON.stringify({ query })}'

or paste this into the playground:

  ${query}

Tokens, for the header "Authorization: Bearer …":

  student  ${driven.studentId}: ${studentToken}

  operator, who may read everything: ${tokens.operator}

  trainer  ${undriven.trainerId}, whom nobody simulates, so that you can drive to ${undriven.id} yourself
  (home ${undriven.home.latitude.toFixed(6)}, ${undriven.home.longitude.toFixed(6)}): ${tokens.trainer[undriven.trainerId]}

  student  ${undriven.studentId}, who waits there: ${tokens.student[undriven.studentId]}

${phoneApp(url)}
`;
}

/** How to start the app against this demo; see docs/mobile.md. */
function phoneApp(url: string): string {
  const { port } = new URL(url);
  const addresses = networkAddresses();
  const [first = 'ADDRESS'] = addresses;
  return `The phone app (it installs its own packages, once: cd mobile && npm ci):

  in a browser             cd mobile && npm run web
  on a phone or emulator   cd mobile && EXPO_PUBLIC_SERVICE_URL=http://${first}:${port} npm start

  A phone on the same network reaches the demo at ${addresses.map((address) => `http://${address}:${port}`).join(' or ') || 'the address of this machine'},
  when it was started with HOST=0.0.0.0 npm run demo. Everybody on that network can then have its tokens.`;
}

/** This machine's in its networks, without those that only it can reach. */
const networkAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);

/** How it goes, in a line. */
export const statusLine = ({ active, arrived, fixesSent, rateLimited, outages }: FleetCounts): string =>
  `${active} active, ${arrived} arrived; ${fixesSent} fixes sent, ${rateLimited} updates over the rate, ${outages} without an answer`;
