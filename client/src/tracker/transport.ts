import type { ApolloClient, OperationVariables, TypedDocumentNode } from '@apollo/client';

import type { CancelSignal } from '../connection/request.js';
import {
  LiveLocationDocument,
  MarkArrivedDocument,
  StartJourneyDocument,
  StopJourneyDocument,
  UpdateLocationsDocument,
  type JourneyFieldsFragment,
  type LiveLocationFieldsFragment,
  type LocationInput,
  type UpdateLocationsMutation,
} from '../generated/operations.js';

/** What a tracker asks of the service. Each rejects with whatever `failureOf` understands. */
export interface JourneyTransport {
  startJourney(
    sessionId: string,
    clientRequestId: string,
    signal: CancelSignal,
  ): Promise<JourneyFieldsFragment>;
  updateLocations(
    sessionId: string,
    locations: LocationInput[],
    sentAt: string,
    signal: CancelSignal,
  ): Promise<UpdateLocationsMutation['updateLocations']>;
  markArrived(
    sessionId: string,
    location: LocationInput | null,
    signal: CancelSignal,
  ): Promise<JourneyFieldsFragment>;
  stopJourney(sessionId: string, signal: CancelSignal): Promise<JourneyFieldsFragment>;
  liveLocation(sessionId: string, signal: CancelSignal): Promise<LiveLocationFieldsFragment>;
}

/** Whatever the app's defaults are: an error must reject, and no answer may come from a cache. */
const policies = { fetchPolicy: 'no-cache', errorPolicy: 'none' } as const;

export function apolloTransport(client: ApolloClient): JourneyTransport {
  const act = async <TData, TVariables extends OperationVariables>(
    mutation: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    signal: CancelSignal,
  ): Promise<TData> => {
    const options = {
      mutation,
      variables,
      ...policies,
      context: { fetchOptions: { signal } },
    };
    const { data } = await client.mutate<TData, TVariables>(
      options as ApolloClient.MutateOptions<TData, TVariables>,
    );
    return data as TData;
  };
  return {
    startJourney: async (sessionId, clientRequestId, signal) =>
      (await act(StartJourneyDocument, { sessionId, clientRequestId }, signal)).startJourney,
    updateLocations: async (sessionId, locations, sentAt, signal) =>
      (await act(UpdateLocationsDocument, { sessionId, locations, sentAt }, signal)).updateLocations,
    markArrived: async (sessionId, location, signal) =>
      (await act(MarkArrivedDocument, { sessionId, location }, signal)).markArrived,
    stopJourney: async (sessionId, signal) =>
      (await act(StopJourneyDocument, { sessionId }, signal)).stopJourney,
    liveLocation: async (sessionId, signal) => {
      const { data } = await client.query({
        query: LiveLocationDocument,
        variables: { sessionId },
        ...policies,
        context: { fetchOptions: { signal }, queryDeduplication: false },
      });
      return data!.liveLocation;
    },
  };
}
