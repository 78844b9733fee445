import type { TravelAlert } from '../domain/alerts';
import type { EndedState } from '../domain/journey';
import type { Fix, StoredFix } from '../domain/location';
import type { SessionStatus } from '../domain/session';

/** How a field's text in Redis becomes a value; the text of an absent field is empty. */
type FieldDecoder<T> = (value: string) => T;

const text: FieldDecoder<string> = (value) => value;
const oneOf = <T extends string>(): FieldDecoder<T> => text as FieldDecoder<T>;
const number: FieldDecoder<number> = Number;
const flag: FieldDecoder<boolean> = (value) => value !== '';
/** Words separated by spaces. */
const wordList = <T extends string>(): FieldDecoder<readonly T[]> => {
  const none: readonly T[] = [];
  return (value) => (value === '' ? none : (value.split(' ') as T[]));
};
const optionalNumber: FieldDecoder<number | null> = (value) => (value === '' ? null : Number(value));

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

  encodeTo(values: (string | number)[], record: T): void {
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
  readonly alerts: readonly TravelAlert[];
}

export interface EndedJourneyRecord extends JourneyRecord {
  readonly state: EndedState;
  readonly endedAt: number;
}

export interface LastJourneyRecord extends JourneyRecord {
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
}

/**
 * The one list of the fields of each record. The scripts get theirs from here when they are loaded (`-- @record NAME`),
 * and replies are decoded by these names. Besides, the scripts alone keep `clientRequestId` in `journey:active` and
 * `journey:ended`, `bookingReadAt` (end.lua), `newestAt` (the time of the newest fix that was judged by its place) and `clock:DEVICE`
 * (include/deviceClock.lua) in `journey:active`, there too for the alerts (alerts.lua) `scheduledAt` of the booking, `liveSince`
 * (since when the signal is LIVE again), `stoodAt` (where NOT_MOVING was raised) and `lateSince`, and `forgottenAt` in `session:meta`.
 */
export const records = {
  /** `journey:active` */
  activeJourney: new RecordFields<ActiveJourneyRecord>({
    ...journeyFields,
    homeLatitude: number,
    homeLongitude: number,
    alerts: wordList<TravelAlert>(),
  }),
  /**
   * `journey:active` too, once a device has named itself: which one reports, read and written by scripts alone. `1` in
   * reporterIsNew: it took over, and no fix of it was accepted yet. update.lua adds `reportedAt`, its last update.
   */
  reporter: new RecordFields({ reportingDevice: text, reportsSince: text, reporterIsNew: text }),
  /** `journey:ended` */
  endedJourney: new RecordFields<EndedJourneyRecord>({
    ...journeyFields,
    state: oneOf<EndedState>(),
    endedAt: number,
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
  }),
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
  }),
} as const;

type RecordName = keyof typeof records;

/** The lists that a script may ask for. */
export type FieldListName = RecordName | typeof STORED_LOCATION;

const LAST_PREFIX = 'last';

/** The names of a record's fields in its hash. */
const hashFields = (name: FieldListName): readonly string[] => {
  if (name === STORED_LOCATION) return [...records.location.names, ...records.track.names];
  return name === 'lastJourney'
    ? records[name].names.map((field) => LAST_PREFIX + field[0]!.toUpperCase() + field.slice(1))
    : records[name].names;
};

/** `track` lies in the same hash as `location`, and both are read at once. */
const STORED_LOCATION = 'storedLocation';

/** The list of a record's fields as a Lua local: `ACTIVE_JOURNEY` for `activeJourney`. */
export const luaFieldList = (name: FieldListName): string =>
  `local ${snakeCase(name).toUpperCase()} = { ${hashFields(name).map(quoted).join(', ')} }`;

/**
 * A Lua function that reads a record by the names of its fields: `read_active_journey(key, …)`. It returns nil without the
 * first of them, for then there is no such record; after it the values of the fields that the call names besides.
 */
export function luaReader(name: FieldListName): string {
  const fields = hashFields(name);
  return `local function read_${snakeCase(name)}(key, ...)
  local values = redis.call('HMGET', key, ${fields.map(quoted).join(', ')}, ...)
  if not values[1] then return nil end
  return { ${fields.map((field, at) => `${field} = values[${at + 1}] or nil`).join(', ')} }, unpack(values, ${fields.length + 1})
end`;
}

/**
 * A Lua function that lists a record's names and values, without the absent ones, as HSET takes them, and their number:
 * `stored_location_fields(record)`. The list has its full size from the start: to let it grow costs more than to fill it.
 */
export function luaFieldWriter(name: FieldListName): string {
  const fields = hashFields(name);
  return `local function ${snakeCase(name)}_fields(record)
  local list, count, value = { ${fields.map(() => 'nil, nil').join(', ')} }, 0, nil
${fields.map((field) => `  value = record.${field} if value then list[count + 1], list[count + 2], count = '${field}', value, count + 2 end`).join('\n')}
  return list, count
end`;
}

/**
 * A Lua function that names a record's values, as a caller encodes them (an empty one is absent) from an index on, and
 * returns the index after them too: `named_fix(values, from)`.
 */
export function luaNamer(name: FieldListName): string {
  const fields = hashFields(name);
  const locals = fields.map((_, at) => `v${at}`);
  return `local function named_${snakeCase(name)}(values, from)
  local ${locals.join(', ')} = unpack(values, from, from + ${fields.length - 1})
  return { ${fields.map((field, at) => `${field} = v${at} ~= '' and v${at} or nil`).join(', ')} }, from + ${fields.length}
end`;
}

/** A Lua function that lists a record's values in the order of its fields, as replies carry them: `applied_update_values`. */
export const luaValues = (name: FieldListName): string =>
  `local function ${snakeCase(name)}_values(record)
  return { ${hashFields(name)
    .map((field) => `record.${field} or false`)
    .join(', ')} }
end`;

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
const quoted = (field: string): string => `'${field}'`;
