import { registerEnumType } from 'type-graphql';

import type { JourneyAlert as Alert, TrackingProblem as Problem } from '../../domain/alert';
import type { PointRejection as Rejection } from '../../domain/errors';
import type { EtaSource as Source } from '../../domain/eta';
import type { JourneyState as State } from '../../domain/journey';
import type { PointVerdict } from '../../domain/location';
import type { SessionStatus as Status } from '../../domain/session';
import type { Signal as SignalName } from '../../domain/signal';
import type { JourneyStage as Stage } from '../../domain/stage';
import type { Role as RoleName } from '../../domain/viewer';

/**
 * Registers an enum of the schema and returns it: its names are its values, like the domain's unions of literals. The
 * compiler requires an entry for each member of the union, with its description (null: none).
 */
function createEnum<Name extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Name, string | null>>,
): { readonly [N in Name]: N } {
  const names = Object.keys(values) as Name[];
  const enumObject = Object.fromEntries(names.map((value) => [value, value])) as { [N in Name]: N };
  const valuesConfig = Object.fromEntries(
    names.map((value) => [value, { description: values[value] ?? undefined }]),
  ) as { [N in Name]: { description?: string } };
  registerEnumType(enumObject, { name, description, valuesConfig });
  return enumObject;
}

export const Role = createEnum<RoleName>(
  'Role',
  'The `role` claim of a token, in upper case, or GUEST with a share. It decides what a viewer may read and do.',
  {
    TRAINER: 'Acts on its own sessions and reads them.',
    STUDENT: 'Reads and shares its own sessions; a guardian those of its students too.',
    OPERATOR: 'Reads everything and may refresh; never acts for a trainer.',
    SERVICE: 'Another system, with the rights of an operator.',
    GUEST: "Has no login but a share: reads that session's liveLocation, and nothing else.",
  },
);

export const SessionStatus = createEnum<Status>(
  'SessionStatus',
  "The booking's status, owned by the booking system. Only SCHEDULED and CONFIRMED sessions can start.",
  { SCHEDULED: null, CONFIRMED: null, COMPLETED: null, CANCELLED: null },
);

export const JourneyState = createEnum<State>(
  'JourneyState',
  'The state of a journey. STOPPED, EXPIRED and CANCELLED may be followed by a new one; ARRIVED is final.',
  {
    NOT_STARTED: 'No journey yet for this session, or none that is known any more.',
    EN_ROUTE: 'The trainer is on the way.',
    ARRIVED: 'The trainer marked the arrival, within the setting ARRIVAL_RADIUS_METERS of home.',
    STOPPED: 'The trainer stopped the journey.',
    EXPIRED: 'Its deadline passed: the setting JOURNEY_TTL_SECONDS after its start.',
    CANCELLED: 'The booking was cancelled, or given to another trainer, while the journey was active.',
  },
);

export const Signal = createEnum<SignalName>(
  'Signal',
  "How fresh the marker is: the age of the newest fix, from its capturedAt, by the server's clock.",
  {
    LIVE: 'At most as old as the setting SIGNAL_LIVE_MS.',
    DELAYED: 'Older, and at most as old as the setting SIGNAL_DELAYED_MS.',
    LOST: 'Older still, or expired after the setting LOCATION_TTL_SECONDS.',
  },
);

export const PointStatus = createEnum<PointVerdict['status']>('PointStatus', 'The result of one fix.', {
  ACCEPTED: 'It moved the marker (in a batch: it is part of the way).',
  DUPLICATE:
    'It has the capturedAt of the newest stored one, and is not a more accurate position of the same moment. Nothing changed; no error.',
  LATE: 'It is older than the newest stored one. Nothing changed; no error.',
  REJECTED: 'It was rejected; `rejection` says why. Drop it.',
});

export const PointRejection = createEnum<Rejection>(
  'PointRejection',
  'Why a fix was rejected. A rejected fix does not move the marker; only several with IMPLAUSIBLE_SPEED that agree with each other can.',
  {
    IMPLAUSIBLE_SPEED:
      'Faster than the setting MAX_SPEED_KMH since the fix before it (SUSTAINED_MAX_SPEED_KMH on a track that has proven to be faster); both accuracies (at most 100 m each) are subtracted from the distance. Rejected fixes that agree with each other take over after some seconds: keep sending.',
    FROM_THE_FUTURE: "capturedAt is more than 5 s ahead of the server's clock, and there was no sentAt.",
    TOO_OLD: 'capturedAt is more than 2 h ago.',
    BEFORE_START: "capturedAt is more than 5 s before the journey's startedAt.",
    INACCURATE: 'accuracy is worse than the setting MAX_ACCURACY_METERS.',
    MOCKED: 'mocked is true: an app made the fix up. The setting ACCEPT_MOCKED_FIXES allows such fixes.',
    IMPLAUSIBLE_DISTANCE:
      "Farther from the student's home than the setting MAX_DISTANCE_KM, such as latitude 0, longitude 0.",
  },
);

export const JourneyStage = createEnum<Stage>(
  'JourneyStage',
  'How near the trainer is. Within one journey it only grows, and stages may be skipped; two accepted fixes in a row reach one.',
  {
    ON_THE_WAY: 'The journey is active, and no later stage is reached yet.',
    APPROACHING: 'Expected within the setting STAGE_APPROACHING_SECONDS.',
    NEARBY: 'Within the setting STAGE_NEARBY_METERS of home.',
    AT_THE_DOOR: 'Within the setting STAGE_DOOR_METERS of home, and at walking pace.',
  },
);

export const EtaSource = createEnum<Source>('EtaSource', 'Where an ETA comes from.', {
  ROUTER: "A road router's travel time.",
  ESTIMATE: "The service's own estimate, by the distance to home.",
});

export const JourneyAlert = createEnum<Alert>(
  'JourneyAlert',
  'What is wrong with a journey, or with a session that nobody has set off for.',
  {
    SIGNAL_LOST: 'No fix has been accepted for some time.',
    NOT_MOVING: 'The trainer has stayed in one place for some time, with a live signal and not at the door.',
    RUNNING_LATE: 'Even the earliest arrival is later than scheduledAt.',
    NO_SHOW:
      'scheduledAt has passed, and no journey is active: none was started, or it ended otherwise than ARRIVED.',
  },
);

export const TrackingProblem = createEnum<Problem>(
  'TrackingProblem',
  "Why a trainer's phone sends nothing, as the phone itself reports it.",
  {
    PERMISSION_DENIED: 'The app may not read the location.',
    PRECISE_LOCATION_OFF: 'The app may read only an approximate location.',
    LOCATION_OFF: 'The location services of the phone are off.',
    NO_POSITION: 'The phone finds no position, for example in a garage.',
    MOCKED_LOCATION: 'Another app makes up the locations.',
    BATTERY_SAVER: 'The battery saver keeps the app from reading the location.',
    SIGNED_OUT: 'The trainer is signed out.',
  },
);
