import { JourneyError } from './errors';
import type { Journey } from './journey';
import type { Policy } from './policy';
import type { FinishOutcome, Refusal } from './ports';
import { isStartable, type Session } from './session';

/** What is said when a step on a journey is refused, and what to do next. */

export const alreadyStarted = ({ id, sessionId, startedAt }: Journey) =>
  new JourneyError(
    'JOURNEY_ALREADY_STARTED',
    `A journey of session ${sessionId} is active already. Continue with it, or stop it before you start another.`,
    { journeyId: id, startedAt: iso(startedAt) },
  );

export function notStartable({ id, status }: Session) {
  const reason = isStartable(status)
    ? 'its trainer has already arrived, and an arrival is final'
    : `its status is ${status}; only a SCHEDULED or CONFIRMED session can start`;
  return new JourneyError('SESSION_NOT_STARTABLE', `Session ${id} can't start: ${reason}.`, {
    sessionStatus: status,
  });
}

export const updateRateLimited = (retryAfterMs: number, { updateIntervalMs }: Policy) =>
  new JourneyError(
    'RATE_LIMITED',
    `At most one update in ${updateIntervalMs} ms over all your sessions, which take turns; try again in ${retryAfterMs} ms.`,
    { retryAfterMs },
  );

export const problemRateLimited = (retryAfterMs: number) =>
  new JourneyError(
    'RATE_LIMITED',
    `The tracking problem changed too often; report what it is then in ${retryAfterMs} ms.`,
    { retryAfterMs },
  );

type ArrivalRefusal = Extract<FinishOutcome, { kind: 'LOCATION_UNKNOWN' | 'TOO_FAR' | 'UNCONFIRMED' }>;

export function arrivalRefused(outcome: ArrivalRefusal, policy: Policy): JourneyError {
  switch (outcome.kind) {
    case 'LOCATION_UNKNOWN':
      return new JourneyError(
        'LOCATION_UNKNOWN',
        `No fix of the last ${policy.signalDelayedMs / 1000} s from this device is stored: send markArrived with the location argument.`,
        {},
      );
    case 'TOO_FAR': {
      const limitMeters = policy.arrivalRadiusMeters;
      // "You are 150 m away, arrive within 150 m" would look like a mistake.
      const rounded = Math.round(outcome.distanceMeters);
      const distance = rounded > limitMeters ? rounded : Math.ceil(outcome.distanceMeters);
      return new JourneyError(
        'ARRIVAL_TOO_FAR',
        `You are ${distance} m from the student's home; arrive within ${limitMeters} m of it.`,
        { distanceMeters: distance, limitMeters },
      );
    }
    case 'UNCONFIRMED':
      return new JourneyError(
        'ARRIVAL_UNCONFIRMED',
        `Not long ago your position was another place, from where you could not be here yet. Keep sending; try again in ${outcome.retryAfterMs} ms.`,
        { retryAfterMs: outcome.retryAfterMs },
      );
  }
}

export function otherDeviceReports(sessionId: string, refusal: Extract<Refusal, { kind: 'OTHER_DEVICE' }>) {
  const since = iso(refusal.since);
  return new JourneyError(
    'OTHER_DEVICE_REPORTS',
    `Another device of yours reports on the journey of session ${sessionId} since ${since}. Stop sending, or call takeOverJourney to report from this one.`,
    { since },
  );
}

export function journeyEnded(sessionId: string, { journey }: Extract<Refusal, { kind: 'ENDED' }>) {
  const { state, endedAt } = journey;
  return new JourneyError(
    'JOURNEY_ENDED',
    `The journey of session ${sessionId} ended as ${state}. Stop sending; startJourney starts a new one.`,
    { state, endedAt: iso(endedAt) },
  );
}

export const journeyNotActive = (sessionId: string) =>
  new JourneyError(
    'JOURNEY_NOT_ACTIVE',
    `No journey of session ${sessionId} is active. Start one with startJourney.`,
    {},
  );

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
