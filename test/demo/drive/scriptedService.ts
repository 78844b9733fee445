import type {
  ArrivalRequest,
  Clock,
  FailureCode,
  JourneyTransport,
  StartRequest,
  UpdateRequest,
} from '../../../client/src/core';
import { failure, FailureError } from '../../../client/src/connection/failure';
import type { Assignment } from '../../../demo/drive/trainer';
import { distanceMeters, type GeoPoint } from '../../../src/domain/geo';

type Journey = Awaited<ReturnType<JourneyTransport['startJourney']>>;
type Update = Awaited<ReturnType<JourneyTransport['updateLocations']>>;
type LiveLocation = Awaited<ReturnType<JourneyTransport['liveLocation']>>;

export type Act = 'start' | 'update' | 'batch' | 'arrive' | 'stop' | 'check';

export interface SentFix extends GeoPoint {
  readonly capturedAtMs: number;
}

export interface Call {
  readonly act: Act;
  readonly sessionId: string;
  readonly atMs: number;
  readonly fixes: readonly SentFix[];
  readonly clientRequestId?: string;
  readonly sentAtMs?: number;
  readonly refusedWith?: string;
}

export function refusal(code: FailureCode, retryAfterMs: number | null = null): FailureError {
  const extensions =
    code === 'JOURNEY_ALREADY_STARTED'
      ? { journeyId: 'journey-0', startedAt: '2026-01-05T08:00:00.000Z' }
      : {};
  return new FailureError({ ...failure(code, code), retryAfterMs, extensions });
}

/** The other side of the phone's transport: notes each call, and refuses where the script says so. */
export class ScriptedService implements JourneyTransport {
  readonly calls: Call[] = [];
  refuse: (call: Call) => FailureError | undefined = () => undefined;
  nextUpdateMs = 5000;
  /** By how much the service sees each trainer further away than they are. */
  extraMeters = 0;
  private assigned = 0;

  constructor(
    private readonly clock: Clock,
    private readonly homes: readonly GeoPoint[],
  ) {}

  readonly nextAssignment = (): Promise<Assignment> => {
    const index = this.assigned++;
    return Promise.resolve({ sessionId: String(index), home: this.homeOf(String(index)) });
  };

  of(...acts: Act[]): Call[] {
    return this.calls.filter((call) => acts.includes(call.act));
  }

  homeOf(sessionId: string): GeoPoint {
    return this.homes[Number(sessionId) % this.homes.length]!;
  }

  async startJourney({ sessionId, clientRequestId }: StartRequest): Promise<Journey> {
    await this.note({ act: 'start', sessionId, clientRequestId });
    return this.journey(sessionId, 'EN_ROUTE');
  }

  async updateLocations({ sessionId, locations, sentAt }: UpdateRequest): Promise<Update> {
    const fixes = locations.map(({ latitude, longitude, capturedAt }) => ({
      latitude,
      longitude,
      capturedAtMs: Date.parse(String(capturedAt)),
    }));
    const act = fixes.length > 1 ? 'batch' : 'update';
    await this.note({ act, sessionId, fixes, sentAtMs: Date.parse(sentAt) });
    const meters = distanceMeters(fixes.at(-1)!, this.homeOf(sessionId)) + this.extraMeters;
    return {
      __typename: 'LocationBatchUpdate',
      sessionId,
      version: this.calls.length,
      nextUpdateMs: this.nextUpdateMs,
      distanceMeters: meters,
      canMarkArrived: meters <= 150,
      results: fixes.map((_, index) => ({
        __typename: 'PointResult',
        index,
        status: 'ACCEPTED',
        rejection: null,
      })),
    };
  }

  async markArrived({ sessionId, location }: ArrivalRequest): Promise<Journey> {
    const fixes = location ? [{ ...location, capturedAtMs: this.clock.now() }] : [];
    await this.note({ act: 'arrive', sessionId, fixes });
    return this.journey(sessionId, 'ARRIVED');
  }

  async stopJourney(sessionId: string): Promise<Journey> {
    await this.note({ act: 'stop', sessionId });
    return this.journey(sessionId, 'STOPPED');
  }

  /** Of a session that nobody drives to. */
  async liveLocation(sessionId: string): Promise<LiveLocation> {
    await this.note({ act: 'check', sessionId });
    return { sessionId, journeyId: null, state: 'NOT_STARTED', isActive: false } as LiveLocation;
  }

  private journey(sessionId: string, state: Journey['state']): Journey {
    return {
      __typename: 'Journey',
      id: `journey-${sessionId}`,
      sessionId,
      trainerId: 'trainer',
      studentId: 'student',
      state,
      startedAt: new Date(this.clock.now()).toISOString(),
      expiresAt: new Date(this.clock.now() + 3_600_000).toISOString(),
      endedAt: null,
    };
  }

  private async note(call: Partial<Call> & Pick<Call, 'act' | 'sessionId'>): Promise<void> {
    const noted: Call = { fixes: [], ...call, atMs: this.clock.now() };
    const error = this.refuse(noted);
    this.calls.push({ ...noted, refusedWith: error?.failure.code });
    await Promise.resolve();
    if (error) throw error;
  }
}
