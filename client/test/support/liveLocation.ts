import type { LiveLocation } from '../../src/index.js';

/** An answer of an active journey, as the service gives it. */
export const liveLocation = (change: Partial<LiveLocation> = {}): LiveLocation => ({
  __typename: 'LiveLocation',
  sessionId: 'session-1',
  journeyId: 'journey-1',
  trainerId: 'trainer-1',
  state: 'EN_ROUTE',
  isActive: true,
  version: 2,
  location: {
    __typename: 'Location',
    latitude: 48,
    longitude: 11,
    accuracy: 5,
    heading: null,
    speed: null,
    capturedAt: '2026-05-04T08:00:00.000Z',
  },
  signal: 'LIVE',
  distanceMeters: 500,
  startedAt: '2026-05-04T07:50:00.000Z',
  endedAt: null,
  pollAfterMs: 5000,
  stage: 'ON_THE_WAY',
  eta: null,
  alerts: [],
  trackingProblem: null,
  ...change,
});
