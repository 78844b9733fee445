import type { EventClock } from '../connection/EventClock.js';
import { request } from '../connection/request.js';
import type { Fix } from './position.js';

/** AsyncStorage and localStorage both fit. */
export interface KeyValueStorage {
  getItem(key: string): Promise<string | null> | string | null;
  /** A promise is waited for. */
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** Lost with the process: for tests, and where nothing better is available. */
export function memoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
    removeItem: (key) => values.delete(key),
  };
}

export interface TrackedJourney {
  readonly id: string;
  readonly startedAt: string;
  /** When the service ends it by itself; null for one that another device reports. */
  readonly expiresAt: string | null;
}

/** What must survive a restart of the app. */
export interface TrackerRecord {
  /** Of a start that was sent and not yet answered. */
  readonly clientRequestId: string | null;
  readonly journey: TrackedJourney | null;
  /** `journey.expiresAt` by this phone's wall clock, whatever that is worth. */
  readonly endsAtMs: number | null;
  /** The trainer pressed stop, and the service has not confirmed it. */
  readonly stopRequested: boolean;
  readonly fixes: readonly Fix[];
}

export const emptyRecord: TrackerRecord = {
  clientRequestId: null,
  journey: null,
  endsAtMs: null,
  stopRequested: false,
  fixes: [],
};

export interface ActiveSession {
  readonly sessionId: string;
  readonly journeyId: string;
  readonly expiresAt: string | null;
}

const format = 1;
/** Not below `journey-tracker:`, where a session could have the same name. */
const activeKey = 'journey-tracker.active';
const deviceKey = 'journey-tracker.device';
/** In the foreground the record is written at most this often. */
const writeIntervalMs = 5000;
/** A storage that does not answer must not keep fixes from being sent. */
const storageTimeoutMs = 5000;

function parse(text: string): TrackerRecord {
  const stored = JSON.parse(text) as Partial<TrackerRecord> & { format?: number };
  return stored.format === format ? { ...emptyRecord, ...stored } : emptyRecord;
}

async function activeSessions(storage: KeyValueStorage): Promise<ActiveSession[]> {
  const text = await storage.getItem(activeKey);
  try {
    return text === null ? [] : (JSON.parse(text) as ActiveSession[]);
  } catch {
    return []; // half written by something else
  }
}

/**
 * Which session a process that was woken has to go on with: the one whose journey began last on this device, or null. A
 * storage that can't be read rejects: that is not the same as "none".
 */
export async function activeSession(storage: KeyValueStorage): Promise<ActiveSession | null> {
  return (await activeSessions(storage)).at(-1) ?? null;
}

/** Need not be secret, only its own; React Native has no crypto.randomUUID. */
export const randomId = (prefix: string): string =>
  `${prefix}-${Array.from({ length: 4 }, () => Math.floor(Math.random() * 2 ** 32).toString(36)).join('-')}`;

/**
 * Keeps one session's record in the app's storage, as one value, so that it is never half written. Storage that fails
 * must not keep a trainer from driving: it is reported, and the tracker goes on in memory.
 */
export class TrackerStore {
  private readonly key: string;
  private writing: Promise<void> = Promise.resolve();
  private next: TrackerRecord | null = null;
  private stored: string | null = null;
  /** Of the journey that `activeSession` knows of; null: not known. */
  private listedId: string | null | undefined = null;
  private writtenAtMs = -Infinity;
  private later: { record: TrackerRecord; cancel: () => void } | null = null;

  constructor(
    private readonly storage: KeyValueStorage,
    private readonly sessionId: string,
    private readonly clock: EventClock,
    private readonly onFailed: (failed: boolean) => void,
  ) {
    this.key = `journey-tracker:${sessionId}`;
  }

  async load(): Promise<TrackerRecord> {
    await this.writing;
    return this.within(emptyRecord, async () => {
      this.stored = await this.storage.getItem(this.key);
      const record = this.stored === null ? emptyRecord : parse(this.stored);
      // A process that was killed between the two writes left one without the other.
      await this.list(record.journey);
      return record;
    });
  }

  /** This device's name, made at its first use. */
  deviceId(): Promise<string> {
    const made = randomId('device');
    return this.within(made, async () => {
      const stored = await this.storage.getItem(deviceKey);
      if (stored === null) await this.storage.setItem(deviceKey, made);
      return stored ?? made;
    });
  }

  /** Settles when this record, or a later one, is stored. Records that come while one is being written are merged. */
  save(record: TrackerRecord): Promise<void> {
    this.cancelLater();
    const isQueued = this.next !== null;
    this.next = record;
    if (!isQueued) this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** Stores it as soon as the last write is long enough ago: a fix a second must not wear the storage out. */
  saveSoon(record: TrackerRecord): void {
    if (this.later) {
      this.later.record = record;
      return;
    }
    const waitMs = this.writtenAtMs + writeIntervalMs - this.clock.monotonicNow();
    if (waitMs <= 0) {
      void this.save(record);
      return;
    }
    const later = { record, cancel: () => undefined as void };
    this.later = later;
    later.cancel = this.clock.after(waitMs, () => {
      this.later = null;
      void this.save(later.record);
    });
  }

  /** Stores at once what waits to be stored, and settles when it is. */
  flush(): Promise<void> {
    return this.later ? this.save(this.later.record) : this.writing;
  }

  private cancelLater(): void {
    this.later?.cancel();
    this.later = null;
  }

  private async write(): Promise<void> {
    const record = this.next ?? emptyRecord;
    this.next = null;
    const isEmpty = record.journey === null && record.clientRequestId === null;
    const text = isEmpty ? null : JSON.stringify({ format, ...record });
    if (text === this.stored) return;
    this.writtenAtMs = this.clock.monotonicNow();
    await this.within(undefined, async () => {
      if (text === null) await this.storage.removeItem(this.key);
      else await this.storage.setItem(this.key, text);
      this.stored = text;
      await this.list(record.journey);
      this.onFailed(false);
    });
  }

  /** `otherwise`: what to go on with when the storage fails, or does not answer. */
  private async within<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await request(this.clock, storageTimeoutMs, work).answer;
    } catch {
      this.onFailed(true);
      return otherwise;
    }
  }

  /** Notes for `activeSession` whether this session has a journey. */
  private async list(journey: TrackedJourney | null): Promise<void> {
    if (this.listedId === journey?.id) return;
    const before = await activeSessions(this.storage);
    const others = before.filter(({ sessionId }) => sessionId !== this.sessionId);
    const listed = journey
      ? [...others, { sessionId: this.sessionId, journeyId: journey.id, expiresAt: journey.expiresAt }]
      : others;
    if (listed.length > 0) await this.storage.setItem(activeKey, JSON.stringify(listed));
    else if (before.length > 0) await this.storage.removeItem(activeKey);
    this.listedId = journey?.id;
  }
}
