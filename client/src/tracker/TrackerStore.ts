import type { Fix } from './position.js';

/** AsyncStorage and localStorage both fit. */
export interface KeyValueStorage {
  getItem(key: string): Promise<string | null> | string | null;
  setItem(key: string, value: string): Promise<unknown> | unknown;
  removeItem(key: string): Promise<unknown> | unknown;
}

/** Forgets with the process: for tests, and where nothing better is at hand. */
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
}

/** What must survive a restart of the app. */
export interface TrackerRecord {
  /** Of a start that was sent and not yet answered. */
  readonly clientRequestId: string | null;
  readonly journey: TrackedJourney | null;
  /** The trainer pressed stop, and the service has not confirmed it. */
  readonly stopRequested: boolean;
  readonly fixes: readonly Fix[];
}

export const emptyRecord: TrackerRecord = {
  clientRequestId: null,
  journey: null,
  stopRequested: false,
  fixes: [],
};

const format = 1;

function parse(text: string): TrackerRecord {
  const stored = JSON.parse(text) as Partial<TrackerRecord> & { format?: number };
  return stored.format === format ? { ...emptyRecord, ...stored } : emptyRecord;
}

/**
 * Keeps one session's record in the app's storage, as one value, so that it is never half written. Storage that fails
 * must not keep a trainer from driving: it is told, and the tracker goes on in memory.
 */
export class TrackerStore {
  private readonly key: string;
  private writing: Promise<void> = Promise.resolve();
  private next: TrackerRecord | null = null;

  constructor(
    private readonly storage: KeyValueStorage,
    sessionId: string,
    private readonly onFailed: (failed: boolean) => void,
  ) {
    this.key = `journey-tracker:${sessionId}`;
  }

  async load(): Promise<TrackerRecord> {
    try {
      await this.writing;
      const text = await this.storage.getItem(this.key);
      return text === null ? emptyRecord : parse(text);
    } catch {
      this.onFailed(true);
      return emptyRecord;
    }
  }

  /** Settles when this record, or a later one, is stored. Records that come while one is being written are merged. */
  save(record: TrackerRecord): Promise<void> {
    const isQueued = this.next !== null;
    this.next = record;
    if (!isQueued) this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const record = this.next ?? emptyRecord;
    this.next = null;
    const isEmpty = record.journey === null && record.clientRequestId === null;
    try {
      if (isEmpty) await this.storage.removeItem(this.key);
      else await this.storage.setItem(this.key, JSON.stringify({ format, ...record }));
      this.onFailed(false);
    } catch {
      this.onFailed(true);
    }
  }
}
