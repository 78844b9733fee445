// A poll and an update with nothing but node:http and ioredis, without GraphQL. `lean`: with the product's own script.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import type { LiveLocation } from '../../src/domain/liveLocation';
import { endOnSignal, peerSettings } from './settings';
import { BareSteps, type LocationReport, type SentFix } from './steps';

interface Parameters {
  readonly operationName?: string;
  readonly variables: { readonly sessionId: string; readonly location: SentFix };
}

const { port, host, policy, viewerOf, reader, writer } = peerSettings();
const steps = new BareSteps(reader, writer, policy, { lean: process.argv[2] === 'lean' });

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => void respond(request, body, response));
});
server.keepAliveTimeout = 72_000;
server.listen(port, host);
endOnSignal();

async function respond(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
  try {
    const { operationName, variables } =
      request.method === 'GET' ? parametersOf(request.url!) : (JSON.parse(body) as Parameters);
    const known = viewerOf(request.headers.authorization);
    const viewer = known instanceof Promise ? await known : known;
    const data =
      operationName === 'UpdateLocation'
        ? {
            updateLocation: updateFields(
              await steps.updateLocation(viewer, variables.sessionId, variables.location),
            ),
          }
        : { liveLocation: pollFields(await steps.poll(viewer, variables.sessionId)) };
    send(response, 200, JSON.stringify({ data }));
  } catch (error) {
    send(response, 500, JSON.stringify({ errors: [{ message: String(error) }] }));
  }
}

/** Those of a GET, with the parsing that any server would have to do: the variables and the document's hash are JSON. */
function parametersOf(url: string): Parameters {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  JSON.parse(query.get('extensions')!);
  return {
    operationName: query.get('operationName')!,
    variables: JSON.parse(query.get('variables')!) as Parameters['variables'],
  };
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

/** The fields that our client's document asks for, in its order. */
const pollFields = (live: LiveLocation) => ({
  sessionId: live.sessionId,
  journeyId: live.journeyId,
  trainerId: live.trainerId,
  state: live.state,
  isActive: live.isActive,
  version: live.version,
  location: live.location && {
    latitude: live.location.latitude,
    longitude: live.location.longitude,
    accuracy: live.location.accuracy,
    heading: live.location.heading,
    speed: live.location.speed,
    capturedAt: iso(live.location.capturedAt),
    __typename: 'Location',
  },
  signal: live.signal,
  distanceMeters: live.distanceMeters,
  startedAt: live.startedAt === null ? null : iso(live.startedAt),
  endedAt: live.endedAt === null ? null : iso(live.endedAt),
  pollAfterMs: live.pollAfterMs,
  __typename: 'LiveLocation',
});

const updateFields = (report: LocationReport) => ({ ...report, __typename: 'LocationUpdate' });

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
