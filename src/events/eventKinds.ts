import type { EndedState, JourneyChange } from '../domain/journey';
import type { ReachedStage } from '../domain/stage';

export type Kind = JourneyChange['kind'];
type ChangeOf<K extends Kind> = Extract<JourneyChange, { readonly kind: K }>;

/** What every subscriber reads. Times are ISO-8601 in UTC. An event never holds a coordinate. */
export interface EventDetail {
  readonly schemaVersion: 1;
  /** It is the same on every delivery of the same change, so subscribers drop an id that they have seen. */
  readonly eventId: string;
  readonly occurredAt: string;
  readonly sessionId: string;
  readonly journeyId: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly startedAt: string;
  /** 1 for the start of a journey, and one more with each of its events: subscribers restore their order by it. */
  readonly sequence: number;
  /** Only the end of a journey has the following two … */
  readonly endedAt?: string;
  readonly reason?: string;
  /** … and only a stage these two. */
  readonly stage?: string;
  readonly etaAt?: string;
}

export interface BusEvent {
  readonly type: string;
  readonly detail: EventDetail;
}

/** Reads one field of an outbox entry. Both throw an UnreadableEntry when the field is missing or is not a number. */
export interface EntryFields {
  readonly text: (name: string) => string;
  /** `missing`: the value of an entry without the field, which a process of an earlier release wrote. */
  readonly number: (name: string, missing?: number) => number;
}

export class UnreadableEntry extends Error {}
/** The entry has a value that only a newer version of the service writes. */
export class NewerEntry extends Error {}

interface EventKind<Change extends JourneyChange> {
  /** Makes the change from the fields that the Lua scripts append. */
  readonly decode: (fields: EntryFields) => Change;
  /** The detail-type on the event bus. */
  readonly busType: string;
  /** When it happened, and what its detail has beyond the fields that all kinds share. */
  readonly encode: (change: Change) => {
    readonly occurredAt: number;
    readonly detail?: Partial<EventDetail>;
  };
  /** The JSON Schema of the detail, a file in `src/events`. */
  readonly schema: string;
  /** The counter of the changes of this kind that reached the durable record; null: none of them does. */
  readonly counter: null | {
    readonly name: string;
    readonly help: string;
    readonly labelNames: readonly string[];
    readonly labels: (change: Change) => Readonly<Record<string, string>>;
  };
}

const endedStates: Readonly<Record<EndedState, true>> = {
  ARRIVED: true,
  STOPPED: true,
  EXPIRED: true,
  CANCELLED: true,
};
const isEndedState = (text: string): text is EndedState => Object.hasOwn(endedStates, text);

const reachedStages: Readonly<Record<ReachedStage, true>> = {
  APPROACHING: true,
  NEARBY: true,
  AT_THE_DOOR: true,
};
const isReachedStage = (text: string): text is ReachedStage => Object.hasOwn(reachedStages, text);

/**
 * All kinds of changes. The codec of the outbox, the metrics, the relay and the event bus read this table, so a new
 * kind is a member of `JourneyChange`, an entry here, the script that appends it, and its JSON Schema.
 */
export const eventKinds = {
  STARTED: {
    decode: (fields) => ({
      kind: 'STARTED',
      sequence: fields.number('sequence', 1),
      journey: { ...decodeJourney(fields), state: 'EN_ROUTE' },
    }),
    busType: 'TrainerJourneyStarted',
    encode: ({ journey }) => ({ occurredAt: journey.startedAt }),
    schema: 'schemas/TrainerJourneyStarted.json',
    counter: {
      name: 'journey_started_total',
      help: 'Journeys started, counted by the process that wrote them to the durable record',
      labelNames: [],
      labels: () => ({}),
    },
  },
  STAGE_REACHED: {
    decode: (fields) => {
      const stage = fields.text('stage');
      if (!isReachedStage(stage)) throw new NewerEntry();
      return {
        kind: 'STAGE_REACHED',
        sequence: fields.number('sequence'),
        journey: { ...decodeJourney(fields), state: 'EN_ROUTE' },
        stage,
        reachedAt: fields.number('reachedAt'),
        etaAt: fields.number('etaAt'),
      };
    },
    busType: 'TrainerJourneyStageReached',
    encode: ({ stage, reachedAt, etaAt }) => ({
      occurredAt: reachedAt,
      detail: { stage, etaAt: isoTime(etaAt) },
    }),
    schema: 'schemas/TrainerJourneyStageReached.json',
    counter: null,
  },
  ENDED: {
    decode: (fields) => {
      const state = fields.text('state');
      if (!isEndedState(state)) throw new NewerEntry();
      return {
        kind: 'ENDED',
        sequence: fields.number('sequence', 2),
        journey: { ...decodeJourney(fields), state, endedAt: fields.number('endedAt') },
      };
    },
    busType: 'TrainerJourneyEnded',
    encode: ({ journey }) => ({
      occurredAt: journey.endedAt,
      detail: { endedAt: isoTime(journey.endedAt), reason: journey.state },
    }),
    schema: 'schemas/TrainerJourneyEnded.json',
    counter: {
      name: 'journey_ended_total',
      help: 'Journeys ended, by reason, counted by the process that wrote them to the durable record',
      labelNames: ['reason'],
      labels: ({ journey }) => ({ reason: journey.state }),
    },
  },
} as const satisfies { readonly [K in Kind]: EventKind<ChangeOf<K>> };

export const isKind = (text: string): text is Kind => Object.hasOwn(eventKinds, text);

/** The table's entry of a change, cast because TypeScript cannot know that a change fits the functions of its own kind. */
export const eventKindOf = (change: JourneyChange): EventKind<JourneyChange> =>
  eventKinds[change.kind] as unknown as EventKind<JourneyChange>;

/** It is the same on every delivery of the same change: the journey's id and the change's place within it. */
export const eventIdOf = ({ journey, sequence }: JourneyChange): string => `${journey.id}:${sequence}`;

export function busEventOf(change: JourneyChange): BusEvent {
  const { journey } = change;
  const { busType, encode } = eventKindOf(change);
  const { occurredAt, detail } = encode(change);
  return {
    type: busType,
    detail: {
      schemaVersion: 1,
      eventId: eventIdOf(change),
      occurredAt: isoTime(occurredAt),
      sessionId: journey.sessionId,
      journeyId: journey.id,
      trainerId: journey.trainerId,
      studentId: journey.studentId,
      startedAt: isoTime(journey.startedAt),
      sequence: change.sequence,
      ...detail,
    },
  };
}

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

const decodeJourney = ({ text, number }: EntryFields) => ({
  id: text('journeyId'),
  sessionId: text('sessionId'),
  trainerId: text('trainerId'),
  studentId: text('studentId'),
  startedAt: number('startedAt'),
  expiresAt: number('expiresAt'),
  version: number('version'),
});
