import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fixAt, START_FIX_METERS, type Journey } from '../stand/journeys';

export type OperationName = 'LiveLocation' | 'LiveLocations' | 'UpdateLocation' | 'StartJourney';
/** `hash`: as our client sends a trusted document. `text`: as any other GraphQL client would. */
export type Form = 'hash' | 'text';

const manifest = Object.entries(
  JSON.parse(
    readFileSync(join(__dirname, '../../client/src/generated/trusted-documents.json'), 'utf8'),
  ) as Record<string, string>,
);

/** An operation of our client, as it was generated. */
export function trustedDocument(name: OperationName): { readonly hash: string; readonly text: string } {
  const found = manifest.find(([, text]) => new RegExp(`^(query|mutation) ${name}\\b`).test(text));
  if (!found) throw new Error(`trusted-documents.json has no ${name}`);
  return { hash: found[0], text: found[1] };
}

/** The head of every request of a phone, as Apollo Client on React Native sends it. */
export const phoneHeaders = (token: string) => ({
  'content-type': 'application/json',
  accept: 'application/graphql-response+json,application/json;q=0.9',
  authorization: `Bearer ${token}`,
  'user-agent': 'okhttp/4.12.0',
});

const body = (name: OperationName, form: Form) => {
  const { hash, text } = trustedDocument(name);
  const extensions = {
    clientLibrary: { name: '@apollo/client', version: '4.3.8' },
    ...(form === 'hash' && { persistedQuery: { version: 1, sha256Hash: hash } }),
  };
  return (variables: object): string =>
    JSON.stringify({ operationName: name, variables, extensions, ...(form === 'text' && { query: text }) });
};

/** Bodies as the hooks send them. */
export const bodies = (form: Form = 'hash') => {
  const [poll, polls, update, start] = (
    ['LiveLocation', 'LiveLocations', 'UpdateLocation', 'StartJourney'] as const
  ).map((name) => body(name, form));
  return {
    poll: ({ session }: Journey) => poll!({ sessionId: session.id }),
    polls: (journeys: readonly Journey[]) =>
      polls!({ sessionIds: journeys.map(({ session }) => session.id) }),
    update: (journey: Journey, meters: number) =>
      update!({ sessionId: journey.session.id, location: fixAt(journey, meters) }),
    updateAt: (journey: Journey, meters: number, capturedAt: number) =>
      update!({
        sessionId: journey.session.id,
        location: { ...fixAt(journey, meters), capturedAt: new Date(capturedAt).toISOString() },
      }),
    start: ({ session }: Journey, clientRequestId: string) =>
      start!({ sessionId: session.id, clientRequestId }),
  };
};

/** A whole HTTP/1.1 request. */
export function rawRequest(token: string, content: string): string {
  const headers = Object.entries({
    host: 'localhost',
    connection: 'keep-alive',
    ...phoneHeaders(token),
    'content-length': Buffer.byteLength(content),
  });
  return `POST /graphql HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${content}`;
}

/** The next request of a load: never ends. */
export type NextRequest = () => string;

/** One student after the other polls. */
export function pollLoad(journeys: readonly Journey[], form: Form = 'hash'): NextRequest {
  const { poll } = bodies(form);
  const requests = journeys.map((journey) => rawRequest(journey.studentToken, poll(journey)));
  let next = 0;
  return () => requests[next++ % requests.length]!;
}

/** One trainer after the other sends a fix a metre nearer home. */
export function updateLoad(journeys: readonly Journey[], form: Form = 'hash'): NextRequest {
  const { update } = bodies(form);
  let next = 0;
  return () => {
    const journey = journeys[next % journeys.length]!;
    const meters = START_FIX_METERS - (Math.floor(next / journeys.length) % START_FIX_METERS);
    next += 1;
    return rawRequest(journey.trainerToken, update(journey, meters));
  };
}
