import { createHash } from 'node:crypto';

import type { Journey } from '../stand/journeys';
import { CLIENT_LIBRARY, phoneHeaders, rawGet, rawRequest, trustedDocument } from './requests';

/** One way in which a client library or tool sends a poll. */
export interface Client {
  readonly name: string;
  /** A whole HTTP/1.1 request of a journey's student. */
  readonly poll: (journey: Journey) => string;
  /** The poll with the text of its persisted query: what the client sends when the server does not know the hash. */
  readonly pollWithText?: (journey: Journey) => string;
}

/** The origin of a web page that the server must allow. */
export const OTHER_ORIGIN = 'https://app.example.com';

const operationName = 'LiveLocation';
const trusted = trustedDocument(operationName);
/** What generated code of other clients sends: the same fields in one line, so that the document is not a trusted one. */
const ownText = trusted.text.replace(/\s+/g, ' ');
const persistedText = ownText.replace(operationName, 'WatchTrainer');

const DEFER = 'multipart/mixed;deferSpec=20220824';
const CHROME =
  'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';

type Headers = Readonly<Record<string, string>>;

const variablesOf = ({ session }: Journey) => ({ sessionId: session.id });
const ownBody = (journey: Journey) => ({
  operationName,
  variables: variablesOf(journey),
  query: ownText,
});
const hashBody = (journey: Journey, hash = trusted.hash, name: string = operationName) => ({
  operationName: name,
  variables: variablesOf(journey),
  extensions: { clientLibrary: CLIENT_LIBRARY, persistedQuery: { version: 1, sha256Hash: hash } },
});

const post = (name: string, bodyOf: (journey: Journey) => object, headers: Headers = {}): Client => ({
  name,
  poll: (journey) =>
    rawRequest(journey.studentToken, JSON.stringify(bodyOf(journey)), { headers: { ...headers } }),
});

/** A server compiles a document, and may keep its hash, once it has been sent a few times. */
export const REGISTRATIONS = 5;

/** The polls of an automatic persisted query: by its hash, and with its text too. */
export function persistedPoll(text: string, name: string = operationName) {
  const hash = createHash('sha256').update(text).digest('hex');
  const raw = (journey: Journey, more: object = {}): string =>
    rawRequest(journey.studentToken, JSON.stringify({ ...hashBody(journey, hash, name), ...more }));
  return {
    poll: (journey: Journey) => raw(journey),
    pollWithText: (journey: Journey) => raw(journey, { query: text }),
  };
}

/**
 * The headers and bodies that these clients send, by their sources: all of them ask for the same fields, so that the
 * responses are equal. The last six rows are our hooks with one thing changed.
 */
export const clients: readonly Client[] = [
  post('our hooks: Apollo Client 4, trusted hash', (journey) => hashBody(journey)),
  post('Apollo Client 4, text of its own', (journey) => ({
    ...ownBody(journey),
    extensions: { clientLibrary: CLIENT_LIBRARY },
  })),
  post('Apollo Kotlin', ownBody, {
    accept: `${DEFER}, application/graphql-response+json, application/json`,
    'x-apollo-operation-name': operationName,
    'accept-encoding': 'gzip',
  }),
  post(
    'Apollo iOS',
    (journey) => ({
      ...ownBody(journey),
      extensions: { clientLibrary: { name: 'apollo-ios', version: '2.0.3' } },
    }),
    {
      accept: `${DEFER},application/graphql-response+json,application/json`,
      'x-apollo-operation-name': operationName,
      'x-apollo-operation-type': 'query',
      'apollographql-client-name': 'com.example.app-apollo-ios',
      'apollographql-client-version': '1.0.0-1',
      'accept-language': 'en-GB,en;q=0.9',
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': 'App/1 CFNetwork/1568.200.51 Darwin/24.1.0',
    },
  ),
  post('urql', ownBody, {
    accept:
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  }),
  post('graphql-request', ownBody, { accept: 'application/graphql-response+json, application/json' }),
  post('curl', (journey) => ({ query: ownText, variables: variablesOf(journey) }), {
    accept: '*/*',
    'user-agent': 'curl/8.5.0',
  }),
  post('charset in the content type', (journey) => hashBody(journey), {
    'content-type': 'application/json; charset=utf-8',
  }),
  post('page of another origin (CORS)', (journey) => hashBody(journey), {
    origin: OTHER_ORIGIN,
    referer: `${OTHER_ORIGIN}/`,
    'sec-fetch-mode': 'cors',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-dest': 'empty',
    'accept-language': 'en-GB,en;q=0.9',
    'accept-encoding': 'gzip, deflate, br, zstd',
    'user-agent': CHROME,
  }),
  {
    name: 'chunked body',
    poll: (journey) => rawRequest(journey.studentToken, JSON.stringify(hashBody(journey)), { chunked: true }),
  },
  {
    // Apollo Client sends the content type with a GET too.
    name: 'GET by trusted hash',
    poll: (journey) => rawGet(hashBody(journey), phoneHeaders(journey.studentToken)),
  },
  { name: 'persisted query (APQ) that is not ours', ...persistedPoll(persistedText, 'WatchTrainer') },
];
