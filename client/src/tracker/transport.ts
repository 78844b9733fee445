import type { ApolloClient } from '@apollo/client';

import type { AbortSignalLike } from '../connection/abort.js';
import { JourneyLink } from '../connection/journeyLink.js';
import { sendBy } from '../connection/send.js';
import {
  LiveLocationDocument,
  MarkArrivedDocument,
  ReportTrackingProblemDocument,
  StartJourneyDocument,
  StopJourneyDocument,
  TakeOverJourneyDocument,
  UpdateLocationsDocument,
  type JourneyFieldsFragment,
  type LiveLocationFieldsFragment,
  type LocationInput,
  type TrackingProblem,
  type UpdateLocationsMutation,
} from '../generated/operations.js';

export interface StartRequest {
  readonly sessionId: string;
  readonly clientRequestId: string;
  readonly deviceId?: string;
}

export interface UpdateRequest {
  readonly sessionId: string;
  readonly locations: LocationInput[];
  readonly sentAt: string;
  readonly deviceId?: string;
}

export interface ArrivalRequest {
  readonly sessionId: string;
  readonly location: LocationInput | null;
  readonly deviceId?: string;
}

export interface ProblemReport {
  readonly sessionId: string;
  /** Null: all is well again. */
  readonly problem: TrackingProblem | null;
  readonly deviceId?: string;
}

/** What a tracker asks of the service. Each rejects with whatever `failureOf` understands. */
export interface JourneyTransport {
  startJourney(request: StartRequest, signal: AbortSignalLike): Promise<JourneyFieldsFragment>;
  updateLocations(
    request: UpdateRequest,
    signal: AbortSignalLike,
  ): Promise<UpdateLocationsMutation['updateLocations']>;
  markArrived(request: ArrivalRequest, signal: AbortSignalLike): Promise<JourneyFieldsFragment>;
  stopJourney(sessionId: string, signal: AbortSignalLike): Promise<JourneyFieldsFragment>;
  liveLocation(sessionId: string, signal: AbortSignalLike): Promise<LiveLocationFieldsFragment>;
  /** From now on this device reports. A service that does not distinguish devices has none. */
  takeOverJourney?(
    sessionId: string,
    deviceId: string,
    signal: AbortSignalLike,
  ): Promise<JourneyFieldsFragment>;
  /** Why no fix comes. A service that takes no such reports has none. */
  reportTrackingProblem?(report: ProblemReport, signal: AbortSignalLike): Promise<void>;
  /** After a 401: whether the app has another token than the refused one. */
  hasNewToken?(): Promise<boolean>;
}

/** `client`: with `journeyLink` as its link, a renewed token is noticed at once. */
export function apolloTransport(client: ApolloClient): JourneyTransport {
  const { link } = client;
  const send = sendBy(client);
  return {
    startJourney: (request, signal) => send(StartJourneyDocument, request, signal),
    updateLocations: (request, signal) => send(UpdateLocationsDocument, request, signal),
    markArrived: (request, signal) => send(MarkArrivedDocument, request, signal),
    stopJourney: (sessionId, signal) => send(StopJourneyDocument, { sessionId }, signal),
    takeOverJourney: (sessionId, deviceId, signal) =>
      send(TakeOverJourneyDocument, { sessionId, deviceId }, signal),
    reportTrackingProblem: async (report, signal) => {
      await send(ReportTrackingProblemDocument, report, signal);
    },
    liveLocation: (sessionId, signal) => send(LiveLocationDocument, { sessionId }, signal),
    ...(link instanceof JourneyLink ? { hasNewToken: () => link.hasNewToken() } : {}),
  };
}
