/** What is wrong with an active journey. */
export type TravelAlert = 'SIGNAL_LOST' | 'NOT_MOVING' | 'RUNNING_LATE';
/** What is wrong with a journey, or with a booking that nobody has set off for. */
export type JourneyAlert = TravelAlert | 'NO_SHOW';
export type AlertStatus = 'RAISED' | 'CLEARED';

/** One alert was raised or cleared. */
export interface AlertChange {
  readonly sessionId: string;
  readonly alert: JourneyAlert;
  readonly status: AlertStatus;
}

/** Why a trainer's phone sends nothing, as the phone itself reports it. */
export type TrackingProblem =
  | 'PERMISSION_DENIED'
  | 'PRECISE_LOCATION_OFF'
  | 'LOCATION_OFF'
  | 'NO_POSITION'
  | 'MOCKED_LOCATION'
  | 'BATTERY_SAVER'
  | 'SIGNED_OUT';
