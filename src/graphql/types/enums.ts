import { registerEnumType } from 'type-graphql';

/** An enum object whose names are its values, as the domain's unions of literals are. */
const names = <const T extends readonly string[]>(values: T): { [K in T[number]]: K } =>
  Object.fromEntries(values.map((value) => [value, value])) as { [K in T[number]]: K };

export const Role = names(['TRAINER', 'STUDENT', 'OPERATOR', 'SERVICE']);
export const SessionStatus = names(['SCHEDULED', 'CONFIRMED', 'COMPLETED', 'CANCELLED']);
export const JourneyState = names(['NOT_STARTED', 'EN_ROUTE', 'ARRIVED', 'STOPPED', 'EXPIRED', 'CANCELLED']);
export const Signal = names(['LIVE', 'DELAYED', 'LOST']);
export const PointStatus = names(['ACCEPTED', 'DUPLICATE', 'LATE', 'REJECTED']);
export const PointRejection = names([
  'IMPLAUSIBLE_SPEED',
  'FROM_THE_FUTURE',
  'TOO_OLD',
  'BEFORE_START',
  'INACCURATE',
]);

registerEnumType(Role, {
  name: 'Role',
  description: 'The `role` claim of a token, in upper case. It decides what a viewer may read and do.',
  valuesConfig: {
    TRAINER: { description: 'Acts on its own sessions and reads them.' },
    STUDENT: { description: 'Reads its own sessions.' },
    OPERATOR: { description: 'Reads everything and may refresh; never acts for a trainer.' },
    SERVICE: { description: 'Another system, with the rights of an operator.' },
  },
});
registerEnumType(SessionStatus, {
  name: 'SessionStatus',
  description:
    "The booking's status, owned by the booking system. Only SCHEDULED and CONFIRMED sessions can start.",
});
registerEnumType(JourneyState, {
  name: 'JourneyState',
  description:
    'Where a journey is in its life. STOPPED, EXPIRED and CANCELLED may be followed by a new one; ARRIVED is final.',
  valuesConfig: {
    NOT_STARTED: { description: 'No journey yet for this session, or none that is remembered.' },
    EN_ROUTE: { description: 'The trainer is on the way.' },
    ARRIVED: { description: 'The trainer marked the arrival, within 150 m of home.' },
    STOPPED: { description: 'The trainer stopped it.' },
    EXPIRED: { description: 'Its deadline passed, one hour after its start.' },
    CANCELLED: { description: 'The booking was cancelled, or given to another trainer, on the way.' },
  },
});
registerEnumType(Signal, {
  name: 'Signal',
  description:
    "How fresh the marker is: the age of the newest fix, from its capturedAt, by the server's clock.",
  valuesConfig: {
    LIVE: { description: 'At most 20 s old.' },
    DELAYED: { description: 'At most 60 s old.' },
    LOST: { description: 'Older, or expired (after 300 s).' },
  },
});
registerEnumType(PointStatus, {
  name: 'PointStatus',
  description: 'What became of one fix.',
  valuesConfig: {
    ACCEPTED: { description: 'It moved the marker (in a batch: it was taken as a step of the way).' },
    DUPLICATE: { description: 'It has the capturedAt of the newest stored one. Nothing changed; no error.' },
    LATE: { description: 'It is older than the newest stored one. Nothing changed; no error.' },
    REJECTED: { description: 'It was refused; `rejection` says why. Drop it.' },
  },
});
registerEnumType(PointRejection, {
  name: 'PointRejection',
  description: 'Why a fix was refused; a refused one never becomes the reference for the next.',
  valuesConfig: {
    IMPLAUSIBLE_SPEED: {
      description: 'More than 120 km/h since the fix before it, less both accuracies (100 m each at most).',
    },
    FROM_THE_FUTURE: {
      description: "capturedAt is more than 5 s ahead of the server's clock, and there was no sentAt.",
    },
    TOO_OLD: { description: 'capturedAt is more than 2 h ago.' },
    BEFORE_START: { description: "capturedAt is more than 5 s before the journey's startedAt." },
    INACCURATE: { description: 'accuracy is worse than 200 m.' },
  },
});
