import { failureOf, type JourneyTransport, type UpdateRequest } from '../../client/src/core';
import type { FleetCounts } from './counts';

export interface UplinkOptions {
  readonly transport: JourneyTransport;
  readonly counts: FleetCounts;
  /** Awaited before each request: it takes as long as the network does, and rejects where there is none. */
  readonly pass: () => Promise<void>;
}

/** The service as one phone reaches it. Counts what the service answers; a phone without a network asked nothing. */
export function uplink({ transport, counts, pass }: UplinkOptions): JourneyTransport {
  const send = async <T>(request: () => Promise<T>): Promise<T> => {
    await pass();
    try {
      return await request();
    } catch (error) {
      countFailure(counts, failureOf(error).code);
      throw error;
    }
  };
  const updateLocations: JourneyTransport['updateLocations'] = async (request, signal) => {
    const update = await send(() => transport.updateLocations(request, signal)).catch((error: unknown) => {
      if (refusesFixes(failureOf(error).code)) counts.refusedFixes += request.locations.length;
      throw error;
    });
    countFixes(counts, request);
    counts.refusedFixes += update.results.filter(({ status }) => status === 'REJECTED').length;
    return update;
  };
  return {
    startJourney: (...request) => send(() => transport.startJourney(...request)),
    updateLocations,
    markArrived: (...request) => send(() => transport.markArrived(...request)),
    stopJourney: (...request) => send(() => transport.stopJourney(...request)),
    liveLocation: (...request) => send(() => transport.liveLocation(...request)),
    ...(transport.takeOverJourney && {
      takeOverJourney: (...request) => send(() => transport.takeOverJourney!(...request)),
    }),
    ...(transport.reportTrackingProblem && {
      reportTrackingProblem: (...request) => send(() => transport.reportTrackingProblem!(...request)),
    }),
    ...(transport.hasNewToken && { hasNewToken: () => transport.hasNewToken!() }),
  };
}

function countFixes(counts: FleetCounts, { locations }: UpdateRequest): void {
  counts.fixesSent += locations.length;
  if (locations.length > 1) counts.batches += 1;
}

const refusesFixes = (code: string): boolean => code === 'LOCATION_IMPLAUSIBLE' || code === 'BAD_USER_INPUT';

/** What the service refuses is no outage. */
function countFailure(counts: FleetCounts, code: string): void {
  switch (code) {
    case 'RATE_LIMITED':
      counts.rateLimited += 1;
      break;
    case 'NETWORK':
    case 'TIMEOUT':
    case 'SERVER':
    case 'UNKNOWN':
    case 'STORE_UNAVAILABLE':
    case 'OVERLOADED':
    case 'INTERNAL_SERVER_ERROR':
      counts.outages += 1;
  }
}
