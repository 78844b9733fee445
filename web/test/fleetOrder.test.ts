import type { JourneyAlert, LiveLocation } from '@journey/client';
import { describe, expect, it } from 'vitest';
import { fleetList, type FleetJourney } from '../src/operator/fleetOrder';

const NOW_MS = Date.parse('2030-05-01T12:00:00.000Z');
const dateTime = (minutes: number) => new Date(NOW_MS + 60_000 * minutes).toISOString();

function journey(
  sessionId: string,
  { inMinutes, ...change }: Partial<LiveLocation> & { inMinutes?: number } = {},
): FleetJourney {
  return {
    __typename: 'LiveLocation',
    sessionId,
    journeyId: `${sessionId}-journey`,
    trainerId: 'trainer-1',
    state: 'EN_ROUTE',
    isActive: true,
    version: 2,
    location: null,
    signal: 'LIVE',
    distanceMeters: 1000,
    startedAt: dateTime(-5),
    endedAt: null,
    pollAfterMs: 5000,
    stage: 'ON_THE_WAY',
    eta:
      inMinutes === undefined
        ? null
        : {
            __typename: 'Eta',
            arrivesAt: dateTime(inMinutes),
            earliestAt: dateTime(inMinutes),
            latestAt: dateTime(inMinutes),
            source: 'ESTIMATE',
            computedAt: dateTime(0),
          },
    arrival: inMinutes === undefined ? null : { kind: 'RANGE', fromMinutes: inMinutes, toMinutes: inMinutes },
    alerts: [],
    trackingProblem: null,
    ...change,
  };
}

const late: JourneyAlert[] = ['RUNNING_LATE'];

describe("an operator's list", () => {
  const all = [
    journey('unknown', { distanceMeters: null }),
    journey('late', { inMinutes: 20, alerts: [...late, 'NOT_MOVING'], distanceMeters: 9000 }),
    journey('soon', { inMinutes: 3, distanceMeters: 2000 }),
    journey('revoked', { inMinutes: 8, trackingProblem: 'PERMISSION_DENIED', distanceMeters: 500 }),
    journey('arrived', { state: 'ARRIVED', isActive: false }),
    journey('noShow', { state: 'NOT_STARTED', isActive: false, alerts: ['NO_SHOW'], distanceMeters: null }),
  ];
  const ids = (...[options]: [Parameters<typeof fleetList>[1]]) =>
    fleetList(all, options).map(({ sessionId }) => sessionId);

  it('has who is on the way or needs somebody, by when they are expected', () => {
    expect(ids({ sort: 'arrival', filter: 'ALL' })).toEqual(['soon', 'revoked', 'late', 'noShow', 'unknown']);
  });

  it('is sorted by the number of alerts and problems, or by distance', () => {
    expect(ids({ sort: 'alerts', filter: 'ALL' })).toEqual(['late', 'revoked', 'noShow', 'soon', 'unknown']);
    expect(ids({ sort: 'distance', filter: 'ALL' })).toEqual([
      'revoked',
      'soon',
      'late',
      'noShow',
      'unknown',
    ]);
  });

  it('shows those with one alert, or with any trouble', () => {
    expect(ids({ sort: 'arrival', filter: 'RUNNING_LATE' })).toEqual(['late']);
    expect(ids({ sort: 'arrival', filter: 'NO_SHOW' })).toEqual(['noShow']);
    expect(ids({ sort: 'arrival', filter: 'TROUBLED' })).toEqual(['revoked', 'late', 'noShow']);
  });

  it('does not count on an arrival while the signal is lost', () => {
    const lost = { ...journey('lost', { inMinutes: 1, signal: 'LOST' }), arrival: null };
    const order = fleetList([lost, journey('later', { inMinutes: 15 })], { sort: 'arrival', filter: 'ALL' });
    expect(order.map(({ sessionId }) => sessionId)).toEqual(['later', 'lost']);
  });
});
