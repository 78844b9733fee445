import { readConfig } from '../../src/config/readConfig';
import { asEnded, toLiveLocation } from '../../src/domain/liveLocation';
import { nextUpdateMs } from '../../src/domain/intervals';
import type { EndedJourney, EnRouteJourney } from '../../src/domain/journey';
import { signalAt } from '../../src/domain/signal';
import { aSession } from '../support/sessions';
import { fc } from '../support/properties';

const { policy } = readConfig({ DATABASE_URL: 'postgres://localhost/x', AUTH_JWT_SECRET: 's' });
const NOW = 1_800_000_000_000;
const home = { latitude: 52.52, longitude: 13.405 };
const journey: EnRouteJourney = {
  id: 'j',
  sessionId: 's',
  trainerId: 't',
  studentId: 'u',
  state: 'EN_ROUTE',
  startedAt: NOW - 600_000,
  expiresAt: NOW + 3_000_000,
  version: 7,
};
const enRoute = (ageMs: number | null, metersNorth = 5000, version = 7) =>
  toLiveLocation(
    {
      sessionId: 's',
      view: {
        kind: 'ACTIVE',
        now: NOW,
        journey: { ...journey, version },
        home,
        cached: null,
        stage: 'ON_THE_WAY',
        eta: null,
        correctedAt: null,
        origin: [],
        trail: [],
        alerts: [],
        trackingProblem: null,
        fix:
          ageMs === null
            ? null
            : {
                latitude: home.latitude + metersNorth / 111_195.08,
                longitude: home.longitude,
                accuracy: null,
                heading: null,
                speed: null,
                capturedAt: NOW - ageMs,
                receivedAt: NOW - ageMs,
              },
      },
      seesWholeWay: true,
    },
    policy,
  );
const inactive = (last: EndedJourney | null, session = aSession({ id: 's', scheduledAt: NOW })) =>
  toLiveLocation(
    {
      sessionId: 's',
      view: { kind: 'INACTIVE', now: NOW, isDatabaseUnavailable: false, session, last },
      seesWholeWay: true,
    },
    policy,
  );
const ended = (state: EndedJourney['state']): EndedJourney => ({ ...journey, state, endedAt: NOW - 1000 });

describe('The result of a poll', () => {
  it.each([
    [20_000, 'LIVE', 5000],
    [20_001, 'DELAYED', 5000],
    [60_000, 'DELAYED', 5000],
    [60_001, 'LOST', 10_000],
  ])('calls a fix of %d ms age %s, with the next poll after %d ms', (ageMs, signal, pollAfterMs) => {
    expect(enRoute(ageMs)).toMatchObject({ signal, pollAfterMs });
  });

  it('knows no signal before the first fix, and calls an expired one lost', () => {
    expect(enRoute(null, 0, 1)).toMatchObject({ signal: null, location: null, pollAfterMs: 5000 });
    expect(enRoute(null, 0, 2)).toMatchObject({ signal: 'LOST', location: null, pollAfterMs: 10_000 });
  });

  it('has a shorter interval within 1 km of home', () => {
    expect(enRoute(0, 1000)).toMatchObject({ distanceMeters: 1000, pollAfterMs: 3000 });
    expect(enRoute(0, 1002)).toMatchObject({ distanceMeters: 1002, pollAfterMs: 5000 });
  });

  it('says when to stop polling', () => {
    expect(inactive(null).pollAfterMs).toBe(30_000);
    expect(inactive(ended('STOPPED')).pollAfterMs).toBe(30_000);
    expect(inactive(ended('ARRIVED')).pollAfterMs).toBeNull();
    const past = NOW - 6 * 3_600_000;
    expect(inactive(null, aSession({ id: 's', scheduledAt: past })).pollAfterMs).toBe(30_000);
    expect(inactive(null, aSession({ id: 's', scheduledAt: past - 1 })).pollAfterMs).toBeNull();
    for (const status of ['COMPLETED', 'CANCELLED'] as const) {
      expect(
        inactive(ended('STOPPED'), aSession({ id: 's', status, scheduledAt: NOW })).pollAfterMs,
      ).toBeNull();
    }
  });

  it('shows an expired journey as ended at its deadline, and none when the live store lost it before that', () => {
    expect(asEnded(journey, journey.expiresAt)).toMatchObject({
      state: 'EXPIRED',
      endedAt: journey.expiresAt,
      version: 8,
    });
    expect(asEnded(journey, journey.expiresAt - 1)).toBeNull();
    expect(asEnded(ended('STOPPED'), NOW)).toEqual(ended('STOPPED'));
  });

  it('never calls an older fix fresher', () => {
    const rank = { LIVE: 0, DELAYED: 1, LOST: 2 };
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), (a, b) => {
        expect(rank[signalAt(Math.min(a, b), policy)]).toBeLessThanOrEqual(
          rank[signalAt(Math.max(a, b), policy)],
        );
      }),
    );
  });
});

describe('When the phone should send next', () => {
  it.each([
    [59_999, 5000],
    [60_000, 15_000],
  ])('is, after standing still for %d ms, in %d ms', (stillMs, next) => {
    expect(nextUpdateMs({ capturedAt: NOW, stillSince: NOW - stillMs }, policy)).toBe(next);
  });
});
