import type { AlertChange, TrackingProblem } from './alert';
import type { GeoPoint } from './geo';
import type { EndedJourney, EnRouteJourney, Journey, JourneyChange } from './journey';
import type { Fix, PointVerdict } from './location';
import type { Session } from './session';
import type { SessionPage, SessionPageRequest } from './sessionPages';
import type { JourneyStage } from './stage';
import type { SessionSnapshot } from './snapshot';
import type { Participants, Role } from './viewer';

/** A session together with its newest journey, as the database knows them. */
export interface SessionRecord {
  readonly session: Session;
  /** The durable record lags behind Redis by the outbox's delay; EN_ROUTE says only that the journey once started. */
  readonly lastJourney: Journey | null;
}

/**
 * The sessions of the booking system. Every method throws STORE_UNAVAILABLE (store `database`) when the
 * database does not answer: an absent entry always means that there is no such session.
 */
export interface SessionDirectory {
  /** One query however many ids; unknown ids are absent from the map. */
  findByIds(sessionIds: readonly string[]): Promise<ReadonlyMap<string, SessionRecord>>;
  page(request: SessionPageRequest): Promise<SessionPage>;
}

/** Asks for the newest journeys of one session, at most `limit`. */
export interface NewestJourneysRequest {
  readonly sessionId: string;
  readonly limit: number;
}

/** The durable records. Writing the same change twice, or an end before its start, leaves the same record. */
export interface JourneyArchive {
  /** All or none are written; throws STORE_UNAVAILABLE (store `database`) when the database does not answer. */
  record(changes: readonly JourneyChange[]): Promise<void>;
  /**
   * For each request the session's journeys, newest first, of this trainer or of these students if any are named. One
   * statement; throws STORE_UNAVAILABLE (store `database`).
   */
  newestOf(
    requests: readonly NewestJourneysRequest[],
    of: { readonly trainerId?: string; readonly studentIds?: readonly string[] },
  ): Promise<readonly (readonly Journey[])[]>;
}

/** An operator or a service read of a session. */
export interface AccessRead {
  readonly sessionId: string;
  readonly readerId: string;
  readonly readerRole: Role;
  readonly readAt: number;
}

/** Where such reads wait for their line, and outlive the process that noted them. */
export interface AccessOutbox {
  /** Each read is appended at least once; throws when it is not known that all are. */
  append(reads: readonly AccessRead[]): Promise<void>;
}

/** The durable log of such reads. */
export interface AccessArchive {
  /**
   * One line for each session, reader and hour. A read that has its line already changes nothing, so a call that threw
   * STORE_UNAVAILABLE (store `database`) may be repeated.
   */
  record(reads: readonly AccessRead[]): Promise<void>;
}

export interface StartCommand {
  readonly journeyId: string;
  readonly clientRequestId: string | null;
  readonly session: Session;
  /** The device that reports from the start; null or left out: the first one that names itself. */
  readonly deviceId?: string | null;
  /** When the read of the session began, by the store's clock. */
  readonly readAt: number;
  /** Whether the session's status and its durable record allow a start. A repeated request gets its journey in any case. */
  readonly startable: boolean;
}

export type StartOutcome =
  /** `clearedNoShow`: NO_SHOW was raised before. */
  | { readonly kind: 'STARTED'; readonly journey: EnRouteJourney; readonly clearedNoShow: boolean }
  | { readonly kind: 'REPEATED'; readonly journey: Journey }
  | { readonly kind: 'ALREADY_STARTED'; readonly journey: EnRouteJourney }
  /** A journey past its deadline still exists: expire it, then start. */
  | { readonly kind: 'OVERDUE'; readonly journey: EnRouteJourney }
  /** A journey of a trainer who has lost the session still exists: cancel it, then start. */
  | { readonly kind: 'NOT_OWNER'; readonly journey: EnRouteJourney }
  /** The booking changed since it was read: read it again. */
  | { readonly kind: 'OUTDATED' }
  | { readonly kind: 'NOT_STARTABLE' };

/** Why a trainer's step found no active journey of its own. */
export type Refusal =
  /** Another device of the trainer's reports on the journey. */
  | { readonly kind: 'OTHER_DEVICE'; readonly since: number }
  | { readonly kind: 'ENDED'; readonly journey: EndedJourney }
  | { readonly kind: 'NOT_OWNER'; readonly participants: Participants }
  /** `participants` of the cached session; null: none is cached, ask the database. */
  | { readonly kind: 'NOT_ACTIVE'; readonly participants: Participants | null };

/** Who reports on a journey. */
export interface Reporter {
  readonly sessionId: string;
  readonly trainerId: string;
  /** null or left out: the trainer's app does not distinguish its devices. */
  readonly deviceId?: string | null;
}

export interface UpdateCommand extends Reporter {
  readonly points: readonly Fix[];
  /** The phone's clock at sending; null: each capturedAt is used unchanged. */
  readonly sentAt: number | null;
  /** The rate was CONTESTED: apply it only if this device reports, and at its own pace. */
  readonly isContested?: boolean;
}

export type UpdateOutcome =
  | {
      readonly kind: 'APPLIED';
      readonly version: number;
      readonly home: GeoPoint;
      /** The newest stored fix after this request; null when none was accepted yet. */
      readonly newest: (GeoPoint & { readonly capturedAt: number; readonly stillSince: number }) | null;
      /** One for each point, in the order sent. */
      readonly verdicts: readonly PointVerdict[];
      /** How long an arrival can't be confirmed yet, since a takeover has overturned another place; 0: it can. */
      readonly unconfirmedMs: number;
      /** Whether the offset of the phone's clock began anew. */
      readonly clockReset: boolean;
      /** The stage that this request reached; null: no further one. */
      readonly stage: JourneyStage | null;
    }
  /** It was contested, and too soon. */
  | { readonly kind: 'LIMITED'; readonly retryAfterMs: number }
  | Refusal;

export type TakeOverOutcome = { readonly kind: 'REPORTS'; readonly journey: EnRouteJourney } | Refusal;

export type ProblemOutcome =
  | { readonly kind: 'REPORTED'; readonly journey: EnRouteJourney }
  | { readonly kind: 'LIMITED'; readonly retryAfterMs: number }
  | Refusal;

/** `refund` is for a request that turns out to be refused: it gives back what the request took, also its turn. */
export type RateOutcome =
  | { readonly kind: 'ALLOWED'; readonly refund: () => Promise<void> }
  | { readonly kind: 'LIMITED'; readonly retryAfterMs: number; readonly refund: () => Promise<void> }
  /**
   * Another device took the rate for the same session. If it is this one that reports, the other one's request is refused
   * and costs nothing, so this one's is applied and charged.
   */
  | {
      readonly kind: 'CONTESTED';
      readonly charge: () => Promise<void>;
      readonly refund: () => Promise<void>;
    };

/**
 * How a trainer ends a journey. An arrival is judged by the newest stored fix, which must be fresh, unless the trainer has
 * just sent one (ARRIVED_WITH_FIX): that fix is the trainer's proof, whenever it was taken.
 */
export type Finish = 'STOPPED' | 'ARRIVED' | 'ARRIVED_WITH_FIX';

export type FinishOutcome =
  | { readonly kind: 'FINISHED'; readonly journey: EndedJourney }
  | { readonly kind: 'LOCATION_UNKNOWN' }
  | { readonly kind: 'TOO_FAR'; readonly distanceMeters: number }
  /** A place that a takeover overturned was too far from home to be there by now. */
  | { readonly kind: 'UNCONFIRMED'; readonly retryAfterMs: number }
  | Refusal;

export type CancelOutcome =
  | { readonly kind: 'FINISHED'; readonly journey: EndedJourney }
  | Extract<Refusal, { kind: 'ENDED' | 'NOT_ACTIVE' }>;

export type RefreshOutcome =
  /** The journey is up to date, or there is none. */
  | { readonly kind: 'KEPT' }
  | { readonly kind: 'ENDED'; readonly journey: EndedJourney }
  /** A read of the booking that began no earlier was applied before: read it again. */
  | { readonly kind: 'OUTDATED' };

/** What the sweep has to do now. */
export interface DueWork {
  /** The journeys past their deadline. */
  readonly overdue: readonly OverdueJourney[];
  /** The partitions with journeys whose alerts have to be checked, and how many these are. */
  readonly alertChecks: ReadonlyMap<string, number>;
}

export interface AlertCheck {
  /** By the store's clock. */
  readonly at: number;
  readonly changes: readonly AlertChange[];
  /** How many journeys were checked, and how many more are due. */
  readonly checked: number;
  readonly remaining: number;
}

export interface OverdueJourney {
  readonly sessionId: string;
  readonly trainerId: string;
}

/**
 * The live state of all journeys. Every method is one atomic step and one round trip; every one throws
 * STORE_UNAVAILABLE (store `redis`) when the store does not answer, and a write that threw never happens later.
 */
export interface JourneyStore {
  /** `trailAfter`: with the trail's points of later versions; null or left out: without the trail. */
  readSnapshot(
    sessionId: string,
    withSession?: boolean,
    trailAfter?: number | null,
  ): Promise<SessionSnapshot>;
  start(command: StartCommand): Promise<StartOutcome>;
  update(command: UpdateCommand): Promise<UpdateOutcome>;
  /** What `update` would return if no point could be applied; null: the journey is active. */
  refusal(reporter: Reporter): Promise<Refusal | null>;
  /** This device reports from now on. */
  takeOver(reporter: Required<Reporter>): Promise<TakeOverOutcome>;
  /** Keeps the problem until the next accepted fix; null: all is well again. */
  reportProblem(reporter: Reporter, problem: TrackingProblem | null): Promise<ProblemOutcome>;
  /** The trainer's own ends; a repeated one returns FINISHED again while the ended journey is kept. */
  finish(reporter: Reporter, as: Finish): Promise<FinishOutcome>;
  /** Ends any active journey as CANCELLED; FINISHED again while a cancelled one is kept. */
  cancel(sessionId: string): Promise<CancelOutcome>;
  /** Ends a journey that is past its deadline; null when there is none (any more). */
  expire(overdue: OverdueJourney): Promise<EndedJourney | null>;
  /**
   * The booking changed: drops the cached session except for how its last journey ended, and brings the active journey
   * up to date. It gets the booking's home; one that is not this trainer's drive to this student any more is cancelled
   * (one past its deadline ends as EXPIRED). null: the session is not booked any more. The read of the booking began at
   * `readAt`, by the store's clock.
   */
  refresh(sessionId: string, booking: Session | null, readAt: number): Promise<RefreshOutcome>;
  /**
   * Caches the result of a read of the database that began at `readAt`, by the store's clock. A read that began before
   * the session was invalidated, or before the read whose result is cached, changes nothing.
   */
  cacheSession(sessionId: string, record: SessionRecord | null, readAt: number): Promise<void>;
  /** Records, before a start, that this session of these users may have an active journey. */
  index(userIds: readonly string[], sessionId: string): Promise<void>;
  /** The sessions recorded for a user: a superset of those with an active journey. */
  indexed(userId: string): Promise<readonly string[]>;
}

/** The rate of each trainer's updates, over all its sessions. */
export interface UpdateRate {
  /** Counts one request of a trainer, whose sessions take turns. Throws STORE_UNAVAILABLE (store `redis`). */
  take(reporter: Reporter): Promise<RateOutcome>;
}

/** What every process looks for in the live store without any request. Each method throws STORE_UNAVAILABLE (store `redis`). */
export interface SweepStore {
  /** What is due now, over all partitions; a partition that is unavailable is left out. */
  due(): Promise<DueWork>;
  /** Raises and clears the alerts of a partition's journeys that are due, the longest due first, up to a bound. */
  checkAlerts(partition: string): Promise<AlertCheck>;
}

/** Where an active journey stands among all: it stays there as long as it is active. */
export interface ActiveJourneyPosition {
  readonly expiresAt: number;
  readonly sessionId: string;
}

export interface ActiveJourneyPage {
  readonly journeys: readonly EnRouteJourney[];
  readonly hasNextPage: boolean;
}

/**
 * All active journeys, in a fixed order: from partition to partition, within one ascending by their deadlines. Throws
 * STORE_UNAVAILABLE (store `redis`) when a partition that it needs does not answer: a page is never shorter for it.
 */
export interface ActiveJourneyPages {
  page(limit: number, after: ActiveJourneyPosition | null): Promise<ActiveJourneyPage>;
}
