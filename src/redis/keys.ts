import { crc32 } from 'node:zlib';

const PARTITION_COUNT = 64;

const partitionNames: readonly string[] = Array.from({ length: PARTITION_COUNT }, (_, index) =>
  String(index).padStart(2, '0'),
);

/** `00` … `63`, for work that visits every partition. */
export const allPartitions = partitionNames;

/**
 * The one partition of the reads by operators and services. They belong to no step on a session, and are few, so that a
 * second partition would only cost the relay a second read of it.
 */
export const READS_PARTITION = '00';

/**
 * The partition of a session, from a stable hash of its id. It is the hash tag of every key of the session,
 * so that each step touches one slot of a Redis Cluster. Changing it loses every active journey.
 */
export const partitionOf = (sessionId: string): string => partitionNames[crc32(sessionId) % PARTITION_COUNT]!;

const percentEncode = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/**
 * A user's id as a part of a key. Braces would be taken for the key's hash tag, and `*` for a pattern by whoever
 * searches for keys. readSnapshot.lua does the same.
 */
const encodeUserId = (id: string): string =>
  // The test is cheaper than a replacement that finds nothing, and nearly every id passes it.
  PLAIN_ID.test(id) ? id : id.replace(/[^\w.:-]/gu, percentEncode);
const PLAIN_ID = /^[\w.:-]*$/;

/** `prefix` sets tests and tenants apart on one Redis; it is empty in production. */
export class Keys {
  constructor(private readonly prefix = '') {}

  active(sessionId: string, partition = partitionOf(sessionId)): string {
    return `${this.prefix}journey:active:{${partition}}:${sessionId}`;
  }

  ended(sessionId: string, partition = partitionOf(sessionId)): string {
    return `${this.prefix}journey:ended:{${partition}}:${sessionId}`;
  }

  meta(sessionId: string, partition = partitionOf(sessionId)): string {
    return `${this.prefix}session:meta:{${partition}}:${sessionId}`;
  }

  /** The way so far of an active journey. The scripts make this key from the journey's own. */
  trail(sessionId: string, partition = partitionOf(sessionId)): string {
    return `${this.prefix}journey:trail:{${partition}}:${sessionId}`;
  }

  shares(sessionId: string, partition = partitionOf(sessionId)): string {
    return `${this.prefix}session:shares:{${partition}}:${sessionId}`;
  }

  location(trainerId: string, sessionId: string, partition = partitionOf(sessionId)): string {
    return `${this.prefix}location:trainer:${encodeUserId(trainerId)}:session:{${partition}}:${sessionId}`;
  }

  /** A location's key without the trainer's id, for readSnapshot.lua: it learns the trainer from the journey. */
  locationAround(sessionId: string, partition = partitionOf(sessionId)): [before: string, after: string] {
    return [`${this.prefix}location:trainer:`, `:session:{${partition}}:${sessionId}`];
  }

  /** What stands before and after the kind in the keys of a partition: alerts.lua makes those of its sessions. */
  partitionAround(partition: string): [before: string, after: string] {
    return [this.prefix, `{${partition}}`];
  }

  /** Of a trainer over all its sessions, so in a slot of its own. */
  rate(trainerId: string): string {
    return `${this.prefix}location:rate:${encodeUserId(trainerId)}`;
  }

  /** Which of the trainer's sessions may send next: in the slot of the rate, whose whole key is the hash tag here. */
  turns(trainerId: string): string {
    return `${this.prefix}location:turns:{${this.rate(trainerId)}}`;
  }

  /** Which sessions of a user may have an active journey: a hint to verify, never the truth. In a slot of its own. */
  journeysOf(userId: string): string {
    return `${this.prefix}journey:of:${encodeUserId(userId)}`;
  }

  deadlines(partition: string): string {
    return `${this.prefix}journey:deadlines:{${partition}}`;
  }

  /** The active journeys, by the time at which their alerts have to be checked. */
  alerts(partition: string): string {
    return `${this.prefix}journey:alerts:{${partition}}`;
  }

  /** For which scheduledAt of a session NO_SHOW was raised, and whether it still is. */
  noShow(sessionId: string, partition = partitionOf(sessionId)): string {
    return `${this.prefix}session:noshow:{${partition}}:${sessionId}`;
  }

  /** The sessions for which NO_SHOW is raised, by scheduledAt. */
  noShows(partition: string): string {
    return `${this.prefix}journey:noshows:{${partition}}`;
  }

  /** Sessions whose journey ended without an arrival when NO_SHOW was due already. */
  unattended(partition: string): string {
    return `${this.prefix}journey:unattended:{${partition}}`;
  }

  /** How far the database has been searched for NO_SHOWs, and when next. In a slot of its own. */
  noShowSearch(): string {
    return `${this.prefix}journey:noshow`;
  }

  /** Whose turn it is to delete old records from the database; until it expires nobody else's. In a slot of its own. */
  retention(): string {
    return `${this.prefix}journey:retention`;
  }

  /** What the end of each journey needs, kept beside its deadline until it ends. */
  expiry(partition: string): string {
    return `${this.prefix}journey:expiry:{${partition}}`;
  }

  /** The same under its former name: for one release, while processes of the release before may run beside this one. */
  formerExpiry(partition: string): string {
    return `${this.prefix}journey:filed:{${partition}}`;
  }

  /** When each journey's next turn is to have the router asked. */
  routerTurns(partition: string): string {
    return `${this.prefix}journey:router:{${partition}}`;
  }

  /** Changes not yet delivered to the event bus. */
  events(partition: string): string {
    return `${this.prefix}journey:events:{${partition}}`;
  }

  /** Events that could not be delivered for a day. */
  deadEvents(partition: string): string {
    return `${this.prefix}journey:events:dead:{${partition}}`;
  }

  /** Changes not yet written to the durable record. */
  records(partition: string): string {
    return `${this.prefix}journey:records:{${partition}}`;
  }

  /** Entries that the durable record can't take: an internal error, never an outage. */
  deadRecords(partition: string): string {
    return `${this.prefix}journey:records:dead:{${partition}}`;
  }

  /** Reads by operators and services that are not yet in the access log. */
  reads(partition = READS_PARTITION): string {
    return `${this.prefix}journey:reads:{${partition}}`;
  }

  /** Reads that the access log can't take: an internal error, never an outage. */
  deadReads(partition = READS_PARTITION): string {
    return `${this.prefix}journey:reads:dead:{${partition}}`;
  }

  /** Matches every key of this service. */
  get pattern(): string {
    return `${this.prefix.replace(/[[\]*?\\]/g, '\\$&')}*`;
  }

  /** Whether a key's name contains the id of this user. */
  isOfUser(key: string, userId: string): boolean {
    return (
      key === this.rate(userId) ||
      key === this.turns(userId) ||
      key === this.journeysOf(userId) ||
      key.startsWith(`${this.prefix}location:trainer:${encodeUserId(userId)}:session:{`)
    );
  }

  isActiveJourney(key: string): boolean {
    return key.startsWith(`${this.prefix}journey:active:{`);
  }
}
