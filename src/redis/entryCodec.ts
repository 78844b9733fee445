import { eventKinds, isKind, NewerEntry, UnreadableEntry, type EntryFields } from '../events/eventKinds';
import type { DecodedChange } from '../events/ports';

/**
 * Decodes an outbox entry as the scripts append it (include/change.lua); the fields are the same in `journey:events:{pp}`
 * and `journey:records:{pp}`. Times are epoch milliseconds.
 */
export function decodeEntry(fields: ReadonlyMap<string, string>): DecodedChange {
  const reader = entryFields(fields);
  try {
    const text = reader.text('kind');
    const kind = text === 'ENDED_NUMBERED' ? 'ENDED' : text;
    return isKind(kind) ? eventKinds[kind].decode(reader) : 'NEWER';
  } catch (error) {
    if (error instanceof NewerEntry) return 'NEWER';
    if (error instanceof UnreadableEntry) return 'UNREADABLE';
    throw error;
  }
}

function entryFields(fields: ReadonlyMap<string, string>): EntryFields {
  const text = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new UnreadableEntry(`An outbox entry lacks its field ${name}`);
    return value;
  };
  const number = (name: string, missing?: number): number => {
    if (missing !== undefined && !fields.has(name)) return missing;
    const value = Number(text(name));
    if (!Number.isFinite(value))
      throw new UnreadableEntry(`The field ${name} of an outbox entry is not a number`);
    return value;
  };
  return { text, number };
}
