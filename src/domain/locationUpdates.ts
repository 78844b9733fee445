import { JourneyError } from './errors';
import { distanceMeters } from './geo';
import { requireDeviceId, requireId } from './identifiers';
import { nextUpdateMs } from './intervals';
import { updateRateLimited } from './journeyErrors';
import type { Fix, PointVerdict } from './location';
import type { Policy } from './policy';
import type { JourneyStore, RateOutcome, UpdateCommand, UpdateOutcome, UpdateRate } from './ports';
import { requireNotRejected } from './rejection';
import type { SessionAccess } from './sessionAccess';
import type { Viewer } from './viewer';

/** The result of an update, for the trainer's phone. */
export interface UpdateReport {
  readonly sessionId: string;
  readonly version: number;
  readonly verdicts: readonly PointVerdict[];
  readonly nextUpdateMs: number;
  /** From the newest stored fix to home; null when none was accepted yet. */
  readonly distanceMeters: number | null;
  readonly canMarkArrived: boolean;
}

export type AppliedUpdate = Extract<UpdateOutcome, { kind: 'APPLIED' }>;

export interface LocationUpdatesOptions {
  readonly store: JourneyStore;
  readonly rate: UpdateRate;
  readonly access: SessionAccess;
  readonly policy: Policy;
  /** Called after a journey reached a stage, so that its event is delivered at once instead of at the next sweep. */
  readonly onChange: (sessionId: string) => void;
  /** For metrics: what became of an update's fixes. */
  readonly onUpdate?: (result: AppliedUpdate) => void;
}

/** The fixes of trainers' phones. Every method throws a `JourneyError`; anything else is an internal error. */
export class LocationUpdates {
  constructor(private readonly options: LocationUpdatesOptions) {}

  /** One fix; a rejection is an error. */
  async updateLocation(
    viewer: Viewer,
    sessionId: string,
    { fix, deviceId = null }: { readonly fix: Fix; readonly deviceId?: string | null },
  ): Promise<UpdateReport> {
    const applied = await this.update(viewer, { sessionId, points: [fix], sentAt: null, deviceId });
    requireNotRejected(applied.verdicts[0]!, this.options.policy);
    const report = this.report(sessionId, applied);
    // A repeat after the stored fix has expired: this one's own distance is all that is known.
    return {
      ...report,
      distanceMeters: report.distanceMeters ?? Math.round(distanceMeters(fix, applied.home)),
    };
  }

  /** A buffer of fixes, in any order; each has its own verdict. */
  async updateLocations(viewer: Viewer, update: Omit<UpdateCommand, 'trainerId'>): Promise<UpdateReport> {
    return this.report(update.sessionId, await this.update(viewer, update));
  }

  /** Applies an update whatever the rate is. The caller has checked its ids and its role. */
  async apply(command: UpdateCommand): Promise<UpdateOutcome> {
    const outcome = await this.options.store.update(command);
    if (outcome.kind === 'APPLIED') {
      if (outcome.stage) this.options.onChange(command.sessionId);
      this.options.onUpdate?.(outcome);
    }
    return outcome;
  }

  /** Counts the request, and applies its update if the rate allows it. */
  private async update(viewer: Viewer, update: Omit<UpdateCommand, 'trainerId'>): Promise<AppliedUpdate> {
    const { store, access, policy } = this.options;
    const { sessionId, points, sentAt, deviceId = null } = update;
    requireId('sessionId', sessionId);
    requireDeviceId(deviceId);
    const roleCheck = access.requireTrainerRole(viewer, sessionId);
    if (roleCheck) await roleCheck;
    const reporter = { sessionId, trainerId: viewer.id, deviceId };
    let rate: RateOutcome | null = null;
    try {
      rate = await this.options.rate.take(reporter);
    } catch (error) {
      // Without the limiter's key the update goes on: the limit protects the service, it does not decide what is true.
      if (!JourneyError.is(error, 'STORE_UNAVAILABLE')) throw error;
    }
    if (rate?.kind === 'LIMITED') {
      // To whom the session belongs, whether its journey is active and who reports on it are judged before the rate.
      const refusal = await store.refusal(reporter);
      if (!refusal) throw updateRateLimited(rate.retryAfterMs, policy);
      unawaited(rate.refund());
      return access.refuse(viewer, sessionId, refusal);
    }
    const isContested = rate?.kind === 'CONTESTED';
    // Field by field, as in the resolver: a spread that adds fields costs 1 µs, a hundredth of an update.
    const outcome = await this.apply({
      sessionId,
      trainerId: viewer.id,
      deviceId,
      points,
      sentAt,
      isContested,
    });
    if (outcome.kind === 'LIMITED') throw updateRateLimited(outcome.retryAfterMs, policy);
    if (outcome.kind === 'APPLIED') {
      if (rate?.kind === 'CONTESTED') unawaited(rate.charge());
      return outcome;
    }
    if (rate) unawaited(rate.refund());
    return access.refuse(viewer, sessionId, outcome);
  }

  private report(sessionId: string, applied: AppliedUpdate): UpdateReport {
    const { policy } = this.options;
    const { version, home, newest, verdicts, unconfirmedMs } = applied;
    const distance = newest && distanceMeters(newest, home);
    const isNear = distance !== null && distance <= policy.arrivalRadiusMeters;
    return {
      sessionId,
      version,
      verdicts,
      nextUpdateMs: nextUpdateMs(newest, policy),
      distanceMeters: distance && Math.round(distance),
      canMarkArrived: isNear && unconfirmedMs === 0,
    };
  }
}

/** The answer does not wait for it: at worst this trainer's next update is an interval late. */
const unawaited = (work: Promise<void>): void => void work.catch(() => undefined);
