import { failureOf } from '../connection/failure.js';
import type {
  JourneyFieldsFragment,
  LiveLocationFieldsFragment,
  LocationInput,
  TrackingProblem,
} from '../generated/operations.js';
import type { Fix } from './position.js';
import type { SerialQueue } from './SerialQueue.js';
import type { JourneyTransport, UpdateRequest } from './transport.js';

export interface SessionRequestsOptions {
  sessionId: string;
  transport: JourneyTransport;
  queue: SerialQueue;
}

export const inputOf = ({ capturedAtMs, ...place }: Fix): LocationInput => ({
  ...place,
  capturedAt: new Date(capturedAtMs).toISOString(),
});

/** What a tracker asks of the service: all about one session and from one device, one request at a time. */
export class SessionRequests {
  /** Known once the record was restored. */
  deviceId: string | undefined;

  constructor(private readonly options: SessionRequestsOptions) {}

  /** `urgent`: somebody waits for it, or the position is watched until it is answered. */
  liveLocation(urgent = false): Promise<LiveLocationFieldsFragment> {
    const { sessionId, transport, queue } = this.options;
    return queue.request((signal) => transport.liveLocation(sessionId, signal), { urgent, retries: 0 });
  }

  /** Retried as the same request, so that it starts one journey. */
  start(clientRequestId: string): Promise<JourneyFieldsFragment> {
    const { sessionId, transport, queue } = this.options;
    const { deviceId } = this;
    return queue.request((signal) =>
      transport.startJourney({ sessionId, clientRequestId, deviceId }, signal),
    );
  }

  /** `batch` is made when its turn comes. */
  update(
    batch: () => Pick<UpdateRequest, 'locations' | 'sentAt'>,
  ): ReturnType<JourneyTransport['updateLocations']> {
    const { sessionId, transport, queue } = this.options;
    return queue.request(
      (signal) => transport.updateLocations({ sessionId, ...batch(), deviceId: this.deviceId }, signal),
      { retries: 0 },
    );
  }

  /** By a fresh fix, or else by what the service has. */
  arrive(fix: Fix | null): Promise<JourneyFieldsFragment> {
    const { sessionId, transport, queue } = this.options;
    const { deviceId } = this;
    const arriveBy = (location: LocationInput | null): Promise<JourneyFieldsFragment> =>
      queue.send((signal) => transport.markArrived({ sessionId, location, deviceId }, signal));
    return queue.add(
      async () => {
        if (!fix) return arriveBy(null);
        try {
          return await arriveBy({ ...inputOf(fix), capturedAt: null });
        } catch (error) {
          if (failureOf(error).code !== 'LOCATION_IMPLAUSIBLE') throw error;
          // Indoors a fix may be off by a kilometre, while the one before the door was good.
          return await arriveBy(null).catch((later) => {
            throw failureOf(later).code === 'LOCATION_UNKNOWN' ? error : later;
          });
        }
      },
      { urgent: true },
    );
  }

  /** Null: it was not needed any more when its turn came. */
  stop(isNeeded: () => boolean): Promise<JourneyFieldsFragment | null> {
    const { sessionId, transport, queue } = this.options;
    return queue.add(
      async () => (isNeeded() ? queue.send((signal) => transport.stopJourney(sessionId, signal)) : null),
      { urgent: true },
    );
  }

  /** Null: the service does not distinguish devices. */
  async takeOver(): Promise<JourneyFieldsFragment | null> {
    const { sessionId, transport, queue } = this.options;
    const { deviceId = '' } = this;
    if (!transport.takeOverJourney) return null;
    return queue.request((signal) => transport.takeOverJourney!(sessionId, deviceId, signal), {
      urgent: true,
    });
  }

  /** Where the service takes no such reports, nothing happens. */
  report(problem: TrackingProblem | null): Promise<void> {
    const { sessionId, transport, queue } = this.options;
    const { deviceId } = this;
    return queue.request(
      async (signal) => transport.reportTrackingProblem?.({ sessionId, problem, deviceId }, signal),
      { retries: 0 },
    );
  }

  get hasNewToken(): (() => Promise<boolean>) | undefined {
    const { transport } = this.options;
    return transport.hasNewToken?.bind(transport);
  }
}
