import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fixAt, START_FIX_METERS, type Journey } from '../stand/journeys';
import { thisCheckout } from '../stand/checkout';

export type OperationName = 'LiveLocation' | 'LiveLocations' | 'UpdateLocation' | 'StartJourney';
/** `hash`: the way our client sends a trusted document. `text`: the way any other GraphQL client sends one. */
export type Form = 'hash' | 'text';

export interface DocumentOptions {
  readonly form?: Form;
  /** Whose trusted documents are sent: this checkout's by default. */
  readonly checkout?: string;
}

/** An operation of a checkout's client, as it was generated. */
export function trustedDocument(
  name: OperationName,
  checkout = thisCheckout,
): { readonly hash: string; readonly text: string } {
  const file = join(checkout, 'client/src/generated/trusted-documents.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const found = Object.entries(manifest).find(([, text]) =>
    new RegExp(`^(query|mutation) ${name}\\b`).test(text),
  );
  if (!found) throw new Error(`${file} has no ${name}`);
  return { hash: found[0], text: found[1] };
}

export const CLIENT_LIBRARY = { name: '@apollo/client', version: '4.3.8' };

/** The headers of every request of a phone, as Apollo Client on React Native sends them. */
export const phoneHeaders = (token: string) => ({
  'content-type': 'application/json',
  accept: 'application/graphql-response+json,application/json;q=0.9',
  authorization: `Bearer ${token}`,
  'user-agent': 'okhttp/4.12.0',
});

const body = (name: OperationName, { form = 'hash', checkout }: DocumentOptions) => {
  const { hash, text } = trustedDocument(name, checkout);
  const extensions = {
    clientLibrary: CLIENT_LIBRARY,
    ...(form === 'hash' && { persistedQuery: { version: 1, sha256Hash: hash } }),
  };
  return (variables: object): string =>
    JSON.stringify({ operationName: name, variables, extensions, ...(form === 'text' && { query: text }) });
};

/** Bodies as the hooks send them. */
export const bodies = (options: DocumentOptions = {}) => {
  const [poll, polls, update, start] = (
    ['LiveLocation', 'LiveLocations', 'UpdateLocation', 'StartJourney'] as const
  ).map((name) => body(name, options));
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

type Headers = Readonly<Record<string, string | number>>;

interface RawOptions {
  /** Beside those of a phone, or instead of them. */
  readonly headers?: Headers;
  /** Sends the body as one chunk instead of declaring its length. */
  readonly chunked?: boolean;
}

/** A whole HTTP/1.1 request by POST. */
export function rawRequest(
  token: string,
  content: string,
  { headers = {}, chunked = false }: RawOptions = {},
): string {
  const length = Buffer.byteLength(content);
  const framing: Headers = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': length };
  const body = chunked ? `${length.toString(16)}\r\n${content}\r\n0\r\n\r\n` : content;
  return head('POST /graphql', { ...phoneHeaders(token), ...headers, ...framing }) + body;
}

/** A whole HTTP/1.1 request by GET; objects among the parameters are sent as JSON. */
export function rawGet(parameters: Readonly<Record<string, string | object>>, headers: Headers): string {
  const query = new URLSearchParams(
    Object.entries(parameters).map(([name, value]): [string, string] => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  return head(`GET /graphql?${query.toString()}`, headers);
}

const head = (target: string, headers: Headers): string => {
  const lines = Object.entries({ host: 'localhost', connection: 'keep-alive', ...headers });
  return `${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
};

/** Returns the next request of a load, endlessly. */
export type NextRequest = () => string;

/** The same requests over and over. */
export function repeated(requests: readonly string[]): NextRequest {
  let next = 0;
  return () => requests[next++ % requests.length]!;
}

/** One student after the other polls. */
export function pollLoad(journeys: readonly Journey[], options?: DocumentOptions): NextRequest {
  const { poll } = bodies(options);
  return repeated(journeys.map((journey) => rawRequest(journey.studentToken, poll(journey))));
}

/** One trainer after the other starts a journey, with the same clientRequestId each time around. */
export function startLoad(journeys: readonly Journey[], options?: DocumentOptions): NextRequest {
  const { start } = bodies(options);
  return repeated(
    journeys.map((journey) => rawRequest(journey.trainerToken, start(journey, journey.session.id))),
  );
}

/** One trainer after the other sends a fix that is one metre closer to home. */
export function updateLoad(journeys: readonly Journey[], options?: DocumentOptions): NextRequest {
  const { update } = bodies(options);
  let next = 0;
  return () => {
    const journey = journeys[next % journeys.length]!;
    const meters = START_FIX_METERS - (Math.floor(next / journeys.length) % START_FIX_METERS);
    next += 1;
    return rawRequest(journey.trainerToken, update(journey, meters));
  };
}
