/** What is wrong with a journey, or with a booking that nobody has set off for. */
export type JourneyAlert = 'SIGNAL_LOST' | 'NOT_MOVING' | 'RUNNING_LATE' | 'NO_SHOW';

/** Why a trainer's phone sends nothing, as the phone itself reports it. */
export type TrackingProblem =
  | 'PERMISSION_DENIED'
  | 'PRECISE_LOCATION_OFF'
  | 'LOCATION_OFF'
  | 'NO_POSITION'
  | 'MOCKED_LOCATION'
  | 'BATTERY_SAVER'
  | 'SIGNED_OUT';
