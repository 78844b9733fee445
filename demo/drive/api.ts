import type { Fix } from './gps';
import { TrainerApiError, type TrainerApi, type UpdateAnswer } from './trainerApi';

export interface TrainerApiOptions {
  /** The address of the GraphQL endpoint. */
  readonly url: string;
  /** Asked before each request, so that a token may be renewed. */
  readonly token: () => string;
  readonly deadlineMs?: number;
}

interface GraphQLAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly retryAfterMs?: number };
  }[];
}

const START = `mutation StartJourney($sessionId: ID!, $clientRequestId: ID) {
  answer: startJourney(sessionId: $sessionId, clientRequestId: $clientRequestId) { id }
}`;
const UPDATE = `mutation UpdateLocation($sessionId: ID!, $location: LocationInput!) {
  answer: updateLocation(sessionId: $sessionId, location: $location) { nextUpdateMs canMarkArrived distanceMeters }
}`;
const UPDATE_BATCH = `mutation UpdateLocations($sessionId: ID!, $locations: [LocationInput!]!, $sentAt: DateTime) {
  answer: updateLocations(sessionId: $sessionId, locations: $locations, sentAt: $sentAt) { nextUpdateMs canMarkArrived }
}`;
const ARRIVE = `mutation MarkArrived($sessionId: ID!) { answer: markArrived(sessionId: $sessionId) { id } }`;
const STOP = `mutation StopJourney($sessionId: ID!) { answer: stopJourney(sessionId: $sessionId) { id } }`;

/** A trainer's phone on the service's own HTTP API. */
export function createTrainerApi({ url, token, deadlineMs = 5000 }: TrainerApiOptions): TrainerApi {
  async function ask<T>(query: string, variables: object): Promise<T> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token()}`,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(deadlineMs),
    }).catch(noAnswer);
    const answer = (await response.json().catch(noAnswer)) as GraphQLAnswer | null;
    const error = answer?.errors?.[0];
    if (error) {
      const { code = 'INTERNAL_SERVER_ERROR', retryAfterMs } = error.extensions ?? {};
      throw new TrainerApiError(code, error.message, retryAfterMs);
    }
    const result = answer?.data?.answer;
    if (!result) throw new TrainerApiError('NETWORK', `No GraphQL answer, HTTP ${response.status}`);
    return result as T;
  }

  return {
    async startJourney(sessionId, clientRequestId) {
      await ask(START, { sessionId, clientRequestId });
    },
    updateLocation: (sessionId, fix: Fix) =>
      ask<UpdateAnswer & { distanceMeters: number }>(UPDATE, { sessionId, location: fix }),
    updateLocations: (sessionId, fixes, sentAt) =>
      ask<UpdateAnswer>(UPDATE_BATCH, { sessionId, locations: fixes, sentAt }),
    async markArrived(sessionId) {
      await ask(ARRIVE, { sessionId });
    },
    async stopJourney(sessionId) {
      await ask(STOP, { sessionId });
    },
  };
}

/** Connection refused, deadline passed, or a body that is no JSON: all of these leave open what happened. */
function noAnswer(cause: unknown): never {
  throw new TrainerApiError('NETWORK', cause instanceof Error ? cause.name : 'No answer');
}
