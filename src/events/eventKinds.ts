import type { AlertStatus, TravelAlert } from '../domain/alert';
import { withSummary, type Change, type EndedState } from '../domain/journey';
import type { ReachedStage } from '../domain/stage';
import type { OutboxChange } from './ports';

export type Kind = Change['kind'];
type ChangeOf<K extends Kind> = Extract<Change, { readonly kind: K }>;

/** What every subscriber reads. Times are ISO-8601 in UTC. An event never holds a coordinate. */
export interface EventDetail {
  readonly schemaVersion: 1;
  /** It is the same on every delivery of the same change, so subscribers drop an id that they have seen. */
  readonly eventId: string;
  readonly occurredAt: string;
  readonly sessionId: string;
  readonly trainerId: string;
  readonly studentId: string;
  /** Every event but NO_SHOW has this and the following two. */
  readonly journeyId?: string;
  readonly startedAt?: string;
  /** 1 for the start of a journey, and one more with each of its events: subscribers restore their order by it. */
  readonly sequence?: number;
  /** Only the end of a journey has the following two … */
  readonly endedAt?: string;
  readonly reason?: string;
  /** … only a stage these two … */
  readonly stage?: string;
  readonly etaAt?: string;
  /** … and only an alert these, NO_SHOW also when the session was to begin. */
  readonly alert?: string;
  readonly status?: string;
  readonly scheduledAt?: string;
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

interface EventKind<One extends Change> {
  /** Makes the change from the fields that the Lua scripts append. */
  readonly decode: (fields: EntryFields) => One;
  /** The detail-type on the event bus. */
  readonly busType: string;
  /** When it happened, and what its detail has beyond the fields that all kinds share. */
  readonly encode: (change: One) => {
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
    readonly labels: (change: One) => Readonly<Record<string, string>>;
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

const travelAlerts: Readonly<Record<TravelAlert, true>> = {
  SIGNAL_LOST: true,
  NOT_MOVING: true,
  RUNNING_LATE: true,
};
const isTravelAlert = (text: string): text is TravelAlert => Object.hasOwn(travelAlerts, text);

const alertStatusOf = ({ text }: EntryFields): AlertStatus => {
  const status = text('status');
  if (status !== 'RAISED' && status !== 'CLEARED') throw new NewerEntry();
  return status;
};

/** NO_SHOW is an alert to its subscribers, though it has no journey. */
const ALERT_EVENT = {
  busType: 'TrainerJourneyAlert',
  schema: 'schemas/TrainerJourneyAlert.json',
  counter: null,
} as const;

/**
 * All kinds of changes. The codec of the outbox, the metrics, the relay and the event bus read this table, so a new
 * kind is a member of `Change`, an entry here, the script that appends it, and its JSON Schema.
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
  ALERT: {
    decode: (fields) => {
      const alert = fields.text('alert');
      if (!isTravelAlert(alert)) throw new NewerEntry();
      return {
        kind: 'ALERT',
        sequence: fields.number('sequence'),
        journey: { ...decodeJourney(fields), state: 'EN_ROUTE' },
        alert,
        status: alertStatusOf(fields),
        changedAt: fields.number('changedAt'),
      };
    },
    encode: ({ alert, status, changedAt }) => ({ occurredAt: changedAt, detail: { alert, status } }),
    ...ALERT_EVENT,
  },
  NO_SHOW: {
    decode: (fields) => ({
      kind: 'NO_SHOW',
      sessionId: fields.text('sessionId'),
      trainerId: fields.text('trainerId'),
      studentId: fields.text('studentId'),
      scheduledAt: fields.number('scheduledAt'),
      status: alertStatusOf(fields),
      changedAt: fields.number('changedAt'),
    }),
    encode: ({ status, scheduledAt, changedAt }) => ({
      occurredAt: changedAt,
      detail: { alert: 'NO_SHOW', status, scheduledAt: isoTime(scheduledAt) },
    }),
    ...ALERT_EVENT,
  },
  ENDED: {
    decode: (fields) => {
      const state = fields.text('state');
      if (!isEndedState(state)) throw new NewerEntry();
      return {
        kind: 'ENDED',
        sequence: fields.number('sequence', 2),
        journey: withSummary(
          { ...decodeJourney(fields), state, endedAt: fields.number('endedAt') },
          {
            drivenMeters: optional(fields, 'drivenMeters'),
            signalLostSeconds: optional(fields, 'signalLostSeconds'),
            rejectedFixes: optional(fields, 'rejectedFixes'),
            lateSeconds: optional(fields, 'lateSeconds'),
          },
        ),
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
export const eventKindOf = (change: Change): EventKind<Change> =>
  eventKinds[change.kind] as unknown as EventKind<Change>;

/**
 * It is the same on every delivery of the same change: the journey's id and the change's place within it. NO_SHOW, which
 * is raised and cleared once for each time of a session, has the session's id and that time instead of a journey's id.
 */
export const eventIdOf = (change: Change): string =>
  change.kind === 'NO_SHOW'
    ? `${change.sessionId}:${change.scheduledAt}:${change.status === 'RAISED' ? 1 : 2}`
    : `${change.journey.id}:${change.sequence}`;

/** What a change belongs to: the changes of one subject are delivered in their order, which reads do not need. */
export function subjectOf(change: OutboxChange): string {
  switch (change.kind) {
    case 'NO_SHOW':
      return change.sessionId;
    case 'SESSIONS_READ':
      return change.reads[0]!.sessionId;
    default:
      return change.journey.id;
  }
}

export function busEventOf(change: Change): BusEvent {
  const { sessionId, trainerId, studentId } = change.kind === 'NO_SHOW' ? change : change.journey;
  const { busType, encode } = eventKindOf(change);
  const { occurredAt, detail } = encode(change);
  return {
    type: busType,
    detail: {
      schemaVersion: 1,
      eventId: eventIdOf(change),
      occurredAt: isoTime(occurredAt),
      sessionId,
      trainerId,
      studentId,
      ...(change.kind !== 'NO_SHOW' && {
        journeyId: change.journey.id,
        startedAt: isoTime(change.journey.startedAt),
        sequence: change.sequence,
      }),
      ...detail,
    },
  };
}

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();

/** A field that a process of the release before leaves out, and some journeys lack. */
const optional = ({ number }: EntryFields, name: string): number | null => {
  const value = number(name, NaN);
  return Number.isNaN(value) ? null : value;
};

const decodeJourney = ({ text, number }: EntryFields) => ({
  id: text('journeyId'),
  sessionId: text('sessionId'),
  trainerId: text('trainerId'),
  studentId: text('studentId'),
  startedAt: number('startedAt'),
  expiresAt: number('expiresAt'),
  version: number('version'),
});
