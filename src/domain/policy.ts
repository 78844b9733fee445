/** The parameters of the journey's rules; each is a setting (see `config/`). */
export interface Policy {
  /** A journey's deadline, from its start. */
  readonly journeyTtlMs: number;
  /** A location's life, from its last accepted fix. */
  readonly locationTtlMs: number;
  /** How long an ended journey is kept, so that a late update gets 410 and not 404. */
  readonly endedTtlMs: number;
  readonly sessionMetaTtlMs: number;
  /** How long the shares of a session outlive its journey. */
  readonly shareAfterEndMs: number;
  /** The sustained interval between two update requests of a trainer … */
  readonly updateIntervalMs: number;
  /** … of which a request may be this much early, because phones' timers and networks jitter. */
  readonly updateJitterMs: number;
  /** The interval for a phone that stands still, instead of updateIntervalMs. */
  readonly updateIdleIntervalMs: number;
  /** Of a fix against the place that is shown … */
  readonly maxSpeedKmh: number;
  /** … and of rejected fixes against each other, and of a track that has proven to be faster; not below maxSpeedKmh. */
  readonly sustainedMaxSpeedKmh: number;
  /** A fix farther from home than this is an error of the phone. */
  readonly maxDistanceKm: number;
  /** Whether fixes count that the platform calls made up: for test devices. */
  readonly acceptMockedFixes: boolean;
  /** Otherwise a phone's network fix of 1 km would become the reference, and correct fixes after it would look too fast. */
  readonly maxAccuracyMeters: number;
  readonly arrivalRadiusMeters: number;
  /** Within this distance of the journey's first fix those who wait for the trainer see no location; 0: they see all. */
  readonly hideStartMeters: number;
  /** APPROACHING: the trainer is expected within this time. */
  readonly stageApproachingSeconds: number;
  /** NEARBY: within this distance of home … */
  readonly stageNearbyMeters: number;
  /** … and AT_THE_DOOR: within this one, at walking pace. */
  readonly stageDoorMeters: number;
  /** Signal: LIVE up to this age of the newest fix, by its capturedAt … */
  readonly signalLiveMs: number;
  /** … DELAYED up to this, LOST beyond. Also the greatest age of the stored fix that proves an arrival by itself. */
  readonly signalDelayedMs: number;
  /** The router's answer replaces the estimate up to this age, counted from the fix that it was asked for. */
  readonly routerFreshMs: number;
  readonly pollIntervalMs: number;
  /** Within `NEAR_HOME_METERS` of home. */
  readonly pollNearIntervalMs: number;
  readonly pollLostIntervalMs: number;
  /** Before a start. */
  readonly pollIdleIntervalMs: number;
  /** SIGNAL_LOST is raised after this time without an accepted fix, counted from the start on … */
  readonly alertSignalLostMs: number;
  /** … and cleared when the signal has been LIVE for this time. */
  readonly alertSignalClearMs: number;
  /** NOT_MOVING is raised after this time within `STAND_RADIUS_METERS`, outside of arrivalRadiusMeters. */
  readonly alertNotMovingMs: number;
  /** RUNNING_LATE is raised when the earliest arrival is later than scheduledAt by more than this … */
  readonly alertLateMs: number;
  /** … for this time, and cleared when it is no longer so for the same time. */
  readonly alertLateForMs: number;
  /** NO_SHOW is raised this long after scheduledAt. */
  readonly alertNoShowMs: number;
}
