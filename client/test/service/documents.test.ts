import { createHash } from 'node:crypto';
import {
  ApolloClient,
  ApolloLink,
  HttpLink,
  InMemoryCache,
  gql,
  type OperationVariables,
} from '@apollo/client';
import { getOperationAST, OperationTypeNode, type DocumentNode } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { journeyLink, trustedDocumentsLink } from '../../src/index.js';
import * as operations from '../../src/generated/operations.js';
import manifest from '../../src/generated/trusted-documents.json' with { type: 'json' };
import { FaultyNetwork } from '../support/FaultyNetwork.js';
import { clientOf } from '../support/phone.js';
import { book, Service, type Booking } from '../support/Service.js';

const documents: [name: string, document: DocumentNode][] = Object.entries(operations).filter(
  ([, document]) => getOperationAST(document),
);
const variablesFor = (sessionId: string): OperationVariables => ({
  sessionId,
  sessionIds: [sessionId],
  id: sessionId,
  location: { latitude: 0, longitude: 0 },
  locations: [{ latitude: 0, longitude: 0 }],
});

let service: Service;
let network: FaultyNetwork;
let booking: Booking;

beforeAll(async () => {
  service = await Service.start();
  booking = await book();
});
beforeEach(async () => {
  network = await FaultyNetwork.to(service.graphqlUrl);
  return () => network.stop();
});
afterAll(() => service?.stop());

/** Sends it as an app would; a refusal is an answer too. */
async function send(client: ApolloClient, document: DocumentNode): Promise<void> {
  const variables = variablesFor(booking.id);
  const isQuery = getOperationAST(document)!.operation === OperationTypeNode.QUERY;
  const sent = isQuery
    ? client.query({ query: document, variables, fetchPolicy: 'no-cache' })
    : client.mutate({ mutation: document, variables });
  await sent.catch(() => undefined);
}

describe('the manifest of trusted documents', () => {
  test('has every operation, each under the SHA-256 of its text', () => {
    expect(Object.keys(manifest)).toHaveLength(documents.length);
    for (const [hash, text] of Object.entries(manifest)) {
      expect(createHash('sha256').update(text).digest('hex')).toBe(hash);
    }
  });

  test.each(documents)(
    '%s is sent by Apollo Client as the very text of the manifest',
    async (_name, document) => {
      const plain = new ApolloClient({
        cache: new InMemoryCache(),
        link: new HttpLink({
          uri: network.url,
          headers: { authorization: `Bearer ${booking.tokens.student}` },
        }),
      });
      await send(plain, document);
      const { query } = network.requests[0]!;
      expect(Object.values(manifest)).toContain(query);
      expect(network.requests).toHaveLength(1);
    },
  );
});

describe('the link for trusted documents', () => {
  test.each(documents)(
    'sends the hash of %s, and the text only when the service asks for it',
    async (_name, document) => {
      await send(clientOf(network.url, booking.tokens.student), document);
      const [first, second] = network.requests;
      expect(first!.query).toBeUndefined();
      expect(first!.sha256Hash).toBeDefined();
      const text = (manifest as Record<string, string>)[first!.sha256Hash!];
      expect(text).toBeDefined();
      if (second) expect(second.query).toBe(text);
      expect(network.requests.length).toBeLessThanOrEqual(2);
    },
  );

  test('gets the answer all the same', async () => {
    const { data } = await clientOf(network.url, booking.tokens.student).query({
      query: operations.LiveLocationDocument,
      variables: { sessionId: booking.id },
    });
    expect(data!.liveLocation).toMatchObject({ sessionId: booking.id, state: 'NOT_STARTED', version: 0 });
  });

  test('lets a document of the app itself pass as text, even one that borrows a name', async () => {
    const own = gql`
      query LiveLocation($sessionId: ID!) {
        liveLocation(sessionId: $sessionId) {
          state
        }
      }
    `;
    const client = clientOf(network.url, booking.tokens.student);
    const { data } = await client.query({ query: own, variables: { sessionId: booking.id } });
    expect(data).toMatchObject({ liveLocation: { state: 'NOT_STARTED' } });
    expect(network.requests).toHaveLength(1);
    expect(network.requests[0]!.sha256Hash).toBeUndefined();
  });

  test('lets a changed copy of a generated document pass as text', async () => {
    const { definitions, ...rest } = operations.LiveLocationDocument;
    const copy: DocumentNode = {
      ...rest,
      definitions: definitions.filter(({ kind }) => kind !== 'OperationDefinition'),
    };
    const own = gql`
      query LiveLocation($sessionId: ID!) {
        liveLocation(sessionId: $sessionId) {
          ...LiveLocationFields
          stage
        }
      }
    `;
    const changed = { ...copy, definitions: [...own.definitions, ...copy.definitions] };
    const client = clientOf(network.url, booking.tokens.student);
    const { data } = await client.query({ query: changed, variables: { sessionId: booking.id } });
    expect(data).toMatchObject({ liveLocation: { state: 'NOT_STARTED', stage: null } });
    expect(network.requests[0]!.sha256Hash).toBeUndefined();
  });

  test('can send queries by GET', async () => {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: journeyLink({ uri: network.url, token: () => booking.tokens.student, useGetForQueries: true }),
    });
    const { data } = await client.query({
      query: operations.LiveLocationDocument,
      variables: { sessionId: booking.id },
    });
    expect(data!.liveLocation.sessionId).toBe(booking.id);
  });

  test('fits into a link chain of the app’s own', async () => {
    const link = ApolloLink.from([
      trustedDocumentsLink(),
      new HttpLink({ uri: network.url, headers: { authorization: `Bearer ${booking.tokens.student}` } }),
    ]);
    const client = new ApolloClient({ cache: new InMemoryCache(), link });
    await client.query({ query: operations.SessionDocument, variables: { id: booking.id } });
    expect(network.requests[0]!.query).toBeUndefined();
  });
});

describe('the answer to a poll', () => {
  test('takes at most 500 of the 750 bytes that it may have with its headers', async () => {
    const short = await book({ id: 'session-00001', trainerId: 'trainer-00001', studentId: 'student-00001' });
    const trainer = clientOf(network.url, short.tokens.trainer);
    const variables = { sessionId: short.id };
    await trainer.mutate({ mutation: operations.StartJourneyDocument, variables });
    const location = {
      latitude: 41.9023456,
      longitude: -87.6512345,
      accuracy: 12.3,
      heading: 123.4,
      speed: 12.3,
    };
    await trainer.mutate({
      mutation: operations.UpdateLocationDocument,
      variables: { ...variables, location },
    });
    const student = clientOf(network.url, short.tokens.student);
    const { data } = await student.query({ query: operations.LiveLocationDocument, variables });
    expect(data!.liveLocation.location).toMatchObject(location);
    expect(Buffer.byteLength(network.requests.at(-1)!.answer)).toBeLessThanOrEqual(500);
  });
});
