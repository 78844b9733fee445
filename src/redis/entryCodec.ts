import type { AccessRead } from '../domain/ports';
import type { Role } from '../domain/viewer';
import { eventKinds, isKind, NewerEntry, UnreadableEntry, type EntryFields } from '../events/eventKinds';
import type { DecodedChange, OutboxChange } from '../events/ports';

/** Decodes an outbox entry, whose fields are names and values as Redis returns them. */
export type DecodeEntry = (fields: ReadonlyMap<string, string>) => DecodedChange;

/**
 * Decodes an entry as the scripts append it (include/change.lua); the fields are the same in `journey:events:{pp}`
 * and `journey:records:{pp}`. Times are epoch milliseconds.
 */
export const decodeEntry: DecodeEntry = (fields) =>
  decoded(fields, (reader) => {
    const text = reader.text('kind');
    const kind = text === 'ENDED_NUMBERED' ? 'ENDED' : text;
    if (!isKind(kind)) throw new NewerEntry();
    return eventKinds[kind].decode(reader);
  });

/** An entry of `journey:reads:{pp}`: reads of one reader. */
export function encodeReads(reads: readonly AccessRead[]): string[] {
  const { readerId, readerRole } = reads[0]!;
  return [
    ...['kind', 'SESSIONS_READ', 'readerId', readerId, 'readerRole', readerRole],
    ...['reads', reads.map(({ sessionId, readAt }) => `${sessionId} ${readAt}`).join(' ')],
  ];
}

export const decodeReads: DecodeEntry = (fields) =>
  decoded(fields, ({ text }) => {
    if (text('kind') !== 'SESSIONS_READ') throw new NewerEntry();
    const readerRole = text('readerRole');
    if (!isReaderRole(readerRole)) throw new NewerEntry();
    const readerId = text('readerId');
    const words = text('reads').split(' ');
    const reads: AccessRead[] = [];
    for (let index = 0; index < words.length; index += 2) {
      const [sessionId, readAt] = [words[index]!, Number(words[index + 1])];
      if (!Number.isInteger(readAt)) throw new UnreadableEntry('A read lacks its time');
      reads.push({ sessionId, readerId, readerRole, readAt });
    }
    return { kind: 'SESSIONS_READ', reads };
  });

const isReaderRole = (text: string): text is Extract<Role, 'OPERATOR' | 'SERVICE'> =>
  text === 'OPERATOR' || text === 'SERVICE';

function decoded(
  fields: ReadonlyMap<string, string>,
  decode: (reader: EntryFields) => OutboxChange,
): DecodedChange {
  try {
    return decode(entryFields(fields));
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
