import type { TravelAlert } from '../domain/alert';
import type { Eta } from '../domain/eta';
import type { GeoPoint } from '../domain/geo';
import type { EndedState, JourneyCounts } from '../domain/journey';
import type { Fix, StoredFix } from '../domain/location';
import type { SessionStatus } from '../domain/session';
import type { JourneyStage } from '../domain/stage';
import {
  text,
  oneOf,
  number,
  flag,
  wordList,
  optionalNumber,
  placeList,
  optionalEta,
  type FieldDecoder,
} from './fieldDecoders';

/** The fields of a record in Redis, in the order in which scripts take and return them. */
export class RecordFields<T extends object> {
  readonly names: readonly (keyof T & string)[];
  private readonly decoders: readonly FieldDecoder<unknown>[];

  constructor(fields: { readonly [Name in keyof T]: FieldDecoder<T[Name]> }) {
    this.names = Object.keys(fields) as (keyof T & string)[];
    this.decoders = Object.values(fields);
  }

  get count(): number {
    return this.names.length;
  }

  /** The record whose fields' values begin at `from`; null without its first field, for then there is no record. */
  decode(values: Reply, from = 0): T | null {
    if (isAbsent(values[from])) return null;
    const { names, decoders } = this;
    const record: Record<string, unknown> = {};
    for (let at = 0; at < names.length; at += 1) {
      const value = values[from + at];
      record[names[at]!] = decoders[at]!(typeof value === 'string' ? value : String(value ?? ''));
    }
    return record as T;
  }

  /** The values as scripts take them: texts, of which an absent one is empty. */
  encode(record: T): string[] {
    const values: string[] = [];
    this.encodeTo(values, record);
    return values;
  }

  encodeTo(values: unknown[], record: T): void {
    for (const name of this.names) values.push(String(record[name] ?? ''));
  }
}

/** The values of a script's reply: text, whole numbers and nil; in a text of many values an empty one is nil. */
export type Reply = readonly (string | number | null | undefined)[];

const isAbsent = (value: Reply[number]): boolean => value == null || value === '';

/** What every record of a journey begins with. */
const journeyFields = {
  id: text,
  trainerId: text,
  studentId: text,
  startedAt: number,
  expiresAt: number,
  version: number,
};

/** What an ended journey's summary is made of; empty for one that a process of the release before started. */
const countsFields = {
  drivenMeters: optionalNumber,
  signalLostSeconds: optionalNumber,
  rejectedFixes: optionalNumber,
  lateSeconds: optionalNumber,
};

const activeJourneyFields = { ...journeyFields, homeLatitude: number, homeLongitude: number };

interface JourneyRecord {
  readonly id: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly version: number;
}

export interface ActiveJourneyRecord extends JourneyRecord {
  readonly homeLatitude: number;
  readonly homeLongitude: number;
}

/** An active journey as a poll shows it: what only polls need is not in `activeJourney`, which every step reads. */
export interface ActiveViewRecord extends ActiveJourneyRecord {
  /** A process of the release before leaves this and the following fields as they are. */
  readonly stage: JourneyStage;
  readonly eta: Eta | null;
  readonly alerts: readonly TravelAlert[];
  /** Its name, and the version that it was reported with; empty: there is none. */
  readonly trackingProblem: string;
  /** When a takeover last corrected the marker. */
  readonly correctedAt: number | null;
  /** Where the journey began; kept only with hideStartMeters. */
  readonly origin: readonly GeoPoint[];
}

export interface EndedJourneyRecord extends JourneyRecord, JourneyCounts {
  readonly state: EndedState;
  readonly endedAt: number;
}

export interface LastJourneyRecord extends JourneyRecord, JourneyCounts {
  readonly state: EndedState | 'EN_ROUTE';
  /** null while the state is EN_ROUTE. */
  readonly endedAt: number | null;
}

/** The cached session without its last journey. */
export interface SessionMetaRecord {
  readonly checkedAt: number;
  /** This and the other fields are empty when the database knows no such session, or has to be asked again. */
  readonly trainerId: string;
  readonly studentId: string;
  readonly status: SessionStatus;
  readonly scheduledAt: number;
  readonly homeLatitude: number;
  readonly homeLongitude: number;
}

/** A share, by which a guest sees what this student may see. */
export interface ShareRecord {
  readonly id: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly studentId: string;
}

/** What the next fix is judged by (test/road/judge.ts): read and written by scripts alone. */
export interface TrackRecord {
  /** Where the trainer last stood still. */
  readonly stillSince: number;
  readonly stillLatitude: number;
  readonly stillLongitude: number;
  readonly stillAccuracy: number | null;
  /** How long moving fixes have followed the shown ones. */
  readonly creditMs: number;
  /**
   * Absent when all are 0: whether the track has proven to be faster than maxSpeedKmh, whether the shown fix is dated by
   * its arrival for want of another time, and by how many ms it claims to be newer than capturedAt.
   */
  readonly trackFlags: string;
  /**
   * Of the rejected fixes that agree with each other the first and the last one (latitude, longitude, accuracy, time,
   * whether dated by arrival), their number, and whether one of their steps was faster than maxSpeedKmh.
   */
  readonly run: string;
  /** The place that the last takeover overturned: latitude, longitude, Redis' time. */
  readonly overturned: string;
  /** Absent while it is the place of stillSince: the stand (include/stand.lua) by its latitude, longitude and time. */
  readonly stand: string;
  /** Which stage the shown fix satisfies (include/stages.lua); absent when none. */
  readonly stageLevel: number | null;
}

/** What an update returns beside the points' statuses; the location's fields are null while none is stored. */
export interface AppliedUpdateRecord {
  readonly version: number;
  readonly homeLatitude: number;
  readonly homeLongitude: number;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly capturedAt: number | null;
  readonly stillSince: number | null;
  readonly unconfirmedMs: number;
  /** `1`, or empty. */
  readonly clockReset: string;
  /** The stage that this update reached, or empty. */
  readonly stage: string;
}

/**
 * The one list of the fields of each record. The scripts get theirs from here when they are loaded (`-- @record NAME`),
 * and replies are decoded by these names. Besides, the scripts alone keep in `journey:active`
 * - `clientRequestId` (in `journey:ended` too), `bookingReadAt` (end.lua), `sequence` (include/sequence.lua),
 * - `newestAt`, the time of the newest fix that was judged by its place, and `clock:DEVICE` (include/deviceClock.lua),
 * - `routerEta` (include/publishEta.lua),
 * - for the alerts (alerts.lua) `scheduledAt` of the booking, `liveSince` (since when the signal is LIVE again), `stoodAt`
 *   (where NOT_MOVING was raised) and `lateSince`,
 * - `problemArrival` (trackingProblem.lua), `counts` (include/counts.lua),
 *
 * and in `session:meta` `forgottenAt`.
 */
export const records = {
  /** `journey:active` */
  activeJourney: new RecordFields<ActiveJourneyRecord>(activeJourneyFields),
  /** `journey:active` too, as readSnapshot.lua returns it. */
  activeView: new RecordFields<ActiveViewRecord>({
    ...activeJourneyFields,
    stage: (value) => (value === '' ? 'ON_THE_WAY' : (value as JourneyStage)),
    eta: optionalEta,
    alerts: wordList<TravelAlert>(),
    trackingProblem: text,
    correctedAt: optionalNumber,
    origin: placeList,
  }),
  /**
   * `journey:active` too, once a device has named itself: which one reports, read and written by scripts alone. `1` in
   * reporterIsNew: it took over, and no fix of it was accepted yet. update.lua adds `reportedAt`, its last update.
   */
  reporter: new RecordFields({ reportingDevice: text, reportsSince: text, reporterIsNew: text }),
  /** A booked session for which nobody has set off, as noShow.lua takes it. */
  noShowSession: new RecordFields({ id: text, trainerId: text, studentId: text, scheduledAt: number }),
  /** `journey:ended` */
  endedJourney: new RecordFields<EndedJourneyRecord>({
    ...journeyFields,
    state: oneOf<EndedState>(),
    endedAt: number,
    ...countsFields,
  }),
  /** `session:meta` */
  sessionMeta: new RecordFields<SessionMetaRecord>({
    checkedAt: number,
    trainerId: text,
    studentId: text,
    status: oneOf<SessionStatus>(),
    scheduledAt: number,
    homeLatitude: number,
    homeLongitude: number,
  }),
  /** `session:meta` too, each name with `last` before it: how the session's last journey ended. */
  lastJourney: new RecordFields<LastJourneyRecord>({
    ...journeyFields,
    state: oneOf<EndedState | 'EN_ROUTE'>(),
    endedAt: optionalNumber,
    ...countsFields,
  }),
  /** A value in `session:shares` (include/shares.lua). */
  share: new RecordFields<ShareRecord>({ id: text, createdAt: number, expiresAt: number, studentId: text }),
  /** What a phone reports of a fix, as update.lua takes it. */
  fix: new RecordFields<Fix>({
    capturedAt: optionalNumber,
    latitude: number,
    longitude: number,
    accuracy: optionalNumber,
    heading: optionalNumber,
    speed: optionalNumber,
    mocked: flag,
  }),
  /** `location:trainer`: the newest accepted fix, as polls read it. */
  location: new RecordFields<StoredFix>({
    latitude: number,
    longitude: number,
    accuracy: optionalNumber,
    heading: optionalNumber,
    speed: optionalNumber,
    capturedAt: number,
    receivedAt: number,
  }),
  /** `location:trainer` too: what the next fix is judged by. */
  track: new RecordFields<TrackRecord>({
    stillSince: number,
    stillLatitude: number,
    stillLongitude: number,
    stillAccuracy: optionalNumber,
    creditMs: number,
    trackFlags: text,
    run: text,
    overturned: text,
    stand: text,
    stageLevel: optionalNumber,
  }),
  /** The reply of update.lua. */
  appliedUpdate: new RecordFields<AppliedUpdateRecord>({
    version: number,
    homeLatitude: number,
    homeLongitude: number,
    latitude: optionalNumber,
    longitude: optionalNumber,
    capturedAt: optionalNumber,
    stillSince: optionalNumber,
    unconfirmedMs: number,
    clockReset: text,
    stage: text,
  }),
} as const;
