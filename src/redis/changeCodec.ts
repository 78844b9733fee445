import type { EndedState, JourneyChange } from '../domain/journey';

/**
 * The fields of an outbox entry as `start.lua` and the ending scripts append them; the same in
 * `journey:events:{pp}` and `journey:records:{pp}`. Times are epoch milliseconds.
 */
export function decodeChange(fields: ReadonlyMap<string, string>): JourneyChange {
  const text = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw new Error(`An outbox entry lacks its field ${name}`);
    return value;
  };
  const facts = {
    id: text('journeyId'),
    sessionId: text('sessionId'),
    trainerId: text('trainerId'),
    studentId: text('studentId'),
    startedAt: Number(text('startedAt')),
    expiresAt: Number(text('expiresAt')),
    version: Number(text('version')),
  };
  return text('kind') === 'STARTED'
    ? { kind: 'STARTED', journey: { ...facts, state: 'EN_ROUTE' } }
    : {
        kind: 'ENDED',
        journey: { ...facts, state: text('state') as EndedState, endedAt: Number(text('endedAt')) },
      };
}
