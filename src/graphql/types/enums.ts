import { registerEnumType } from 'type-graphql';

/** An enum object whose names are its values, like the domain's unions of literals. */
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
  'MOCKED',
  'IMPLAUSIBLE_DISTANCE',
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
    'The state of a journey. STOPPED, EXPIRED and CANCELLED may be followed by a new one; ARRIVED is final.',
  valuesConfig: {
    NOT_STARTED: { description: 'No journey yet for this session, or none that is known any more.' },
    EN_ROUTE: { description: 'The trainer is on the way.' },
    ARRIVED: {
      description: 'The trainer marked the arrival, within the setting ARRIVAL_RADIUS_METERS of home.',
    },
    STOPPED: { description: 'The trainer stopped the journey.' },
    EXPIRED: { description: 'Its deadline passed: the setting JOURNEY_TTL_SECONDS after its start.' },
    CANCELLED: {
      description: 'The booking was cancelled, or given to another trainer, while the journey was active.',
    },
  },
});
registerEnumType(Signal, {
  name: 'Signal',
  description:
    "How fresh the marker is: the age of the newest fix, from its capturedAt, by the server's clock.",
  valuesConfig: {
    LIVE: { description: 'At most as old as the setting SIGNAL_LIVE_MS.' },
    DELAYED: { description: 'Older, and at most as old as the setting SIGNAL_DELAYED_MS.' },
    LOST: { description: 'Older still, or expired after the setting LOCATION_TTL_SECONDS.' },
  },
});
registerEnumType(PointStatus, {
  name: 'PointStatus',
  description: 'The result of one fix.',
  valuesConfig: {
    ACCEPTED: { description: 'It moved the marker (in a batch: it is part of the way).' },
    DUPLICATE: {
      description:
        'It has the capturedAt of the newest stored one, and is not a more accurate position of the same moment. Nothing changed; no error.',
    },
    LATE: { description: 'It is older than the newest stored one. Nothing changed; no error.' },
    REJECTED: { description: 'It was rejected; `rejection` says why. Drop it.' },
  },
});
registerEnumType(PointRejection, {
  name: 'PointRejection',
  description:
    'Why a fix was rejected. A rejected fix does not move the marker; only several with IMPLAUSIBLE_SPEED that agree with each other can.',
  valuesConfig: {
    IMPLAUSIBLE_SPEED: {
      description:
        'Faster than the setting MAX_SPEED_KMH since the fix before it (SUSTAINED_MAX_SPEED_KMH on a track that has proven to be faster); both accuracies (at most 100 m each) are subtracted from the distance. Rejected fixes that agree with each other take over after some seconds: keep sending.',
    },
    FROM_THE_FUTURE: {
      description: "capturedAt is more than 5 s ahead of the server's clock, and there was no sentAt.",
    },
    TOO_OLD: { description: 'capturedAt is more than 2 h ago.' },
    BEFORE_START: { description: "capturedAt is more than 5 s before the journey's startedAt." },
    INACCURATE: { description: 'accuracy is worse than the setting MAX_ACCURACY_METERS.' },
    MOCKED: {
      description:
        'mocked is true: an app made the fix up. The setting ACCEPT_MOCKED_FIXES allows such fixes.',
    },
    IMPLAUSIBLE_DISTANCE: {
      description:
        "Farther from the student's home than the setting MAX_DISTANCE_KM, such as latitude 0, longitude 0.",
    },
  },
});
