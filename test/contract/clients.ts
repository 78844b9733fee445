import { createHash, randomUUID } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';

import { readTrustedDocuments } from '../../src/graphql/trustedDocuments';

const trusted = readTrustedDocuments();
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The text of an operation of our own clients. */
export const trustedText = (operation: string): string =>
  Object.values(trusted).find((text) => new RegExp(`^(query|mutation) ${operation}\\b`).test(text))!;

/** As a client that is not ours writes the same operation; it has to be learned before it is compiled. */
export const learnedText = (operation: string): string => `${trustedText(operation)}\n# of another client`;
const unknownText = (operation: string): string => `${trustedText(operation)}\n# ${randomUUID()}`;

export interface Client {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How it names the document: by its text, by the hash of a trusted one, or by automatic persisted queries. */
  readonly by?: 'text' | 'hash' | 'apq';
  readonly method?: 'GET';
  readonly isChunked?: boolean;
}

export const OTHER_ORIGIN = 'https://app.example.com';
const json = { 'content-type': 'application/json' };
const apolloClient = { ...json, accept: 'application/graphql-response+json,application/json;q=0.9' };

/** The clients with the headers that they send. */
export const clients: readonly Client[] = [
  { name: 'Apollo Client 4', headers: apolloClient, by: 'hash' },
  {
    name: 'Apollo Kotlin',
    headers: {
      ...json,
      accept: 'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
    },
  },
  {
    name: 'Apollo iOS',
    headers: {
      ...json,
      accept: 'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json',
      'apollographql-client-name': 'app-ios',
      'x-apollo-operation-name': 'Operation',
    },
  },
  {
    name: 'urql',
    headers: {
      ...json,
      accept:
        'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
    },
  },
  {
    name: 'graphql-request',
    headers: { ...json, accept: 'application/graphql-response+json, application/json' },
  },
  { name: 'curl', headers: { ...json, accept: '*/*' } },
  { name: 'a client without an Accept header', headers: json },
  { name: 'a client of plain JSON', headers: { ...json, accept: 'application/json' } },
  {
    name: 'a client with quality values',
    headers: { ...json, accept: 'text/html, application/json;q=0.2, application/*;q=0.5, */*;q=0.1' },
  },
  {
    name: 'a client with a charset and odd spaces',
    headers: {
      accept: 'application/json; charset=UTF-8',
      'content-type': 'Application/JSON ;charset="utf-8"',
    },
  },
  { name: 'a page of another origin', headers: { ...apolloClient, origin: OTHER_ORIGIN }, by: 'hash' },
  { name: 'a client that sends chunks', headers: apolloClient, isChunked: true },
  {
    name: 'a client that sends GET by hash',
    headers: { accept: apolloClient.accept, 'apollo-require-preflight': 'true' },
    by: 'hash',
    method: 'GET',
  },
  { name: 'a client of automatic persisted queries', headers: apolloClient, by: 'apq' },
];

export interface Parameters {
  readonly operationName?: string;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/** The parameters of a request for a document that the server knows, and for one that it has never seen. */
export function parametersOf(client: Client, operation: string, given: Parameters) {
  const byApq = (query: string) => ({
    extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(query) } },
  });
  const [known, unknown] = [trustedText(operation), unknownText(operation)];
  // Extensions of the case's own take the place of the hash.
  if (given.extensions !== undefined || !client.by || client.by === 'text') {
    return { known: { query: known, ...given }, unknown: { query: unknown, ...given } };
  }
  return client.by === 'hash'
    ? { known: { ...byApq(known), ...given }, unknown: { query: unknown, ...given } }
    : {
        known: { ...byApq(learnedText(operation)), ...given },
        unknown: { query: unknown, ...byApq(unknown), ...given },
      };
}

export interface WireResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export const agent = new Agent({ keepAlive: true });

export function send(
  address: string,
  { headers, method = undefined, isChunked = false }: Omit<Client, 'name'>,
  parameters: object,
  token: string | null,
): Promise<WireResponse> {
  const text = JSON.stringify(parameters);
  const search = Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) =>
        `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
    );
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${address}/graphql${method === 'GET' ? `?${search.join('&')}` : ''}`,
      {
        agent,
        method: method ?? 'POST',
        headers: {
          ...headers,
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(method !== 'GET' && !isChunked && { 'content-length': Buffer.byteLength(text) }),
        },
      },
      (incoming) => {
        let received = '';
        incoming.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
        incoming.on('end', () => {
          const { statusCode, headers: receivedHeaders } = incoming;
          resolve({ status: statusCode!, headers: receivedHeaders, body: JSON.parse(received) as unknown });
        });
      },
    );
    outgoing.on('error', reject);
    if (method === 'GET') return void outgoing.end();
    const middle = Math.floor(text.length / 2);
    outgoing.write(isChunked ? text.slice(0, middle) : text);
    if (isChunked) setImmediate(() => outgoing.end(text.slice(middle)));
    else outgoing.end();
  });
}
