import { describe, expect, test } from 'vitest';

import { LiveLocationsWatch, LiveLocationWatch, type LiveLocation } from '../src/index.js';
import { answeringClient } from './support/answeringClient.js';
import { liveLocation } from './support/liveLocation.js';
import { ManualClock } from './support/ManualClock.js';
import { TestVisibility } from './support/phone.js';

const minuteMs = 60_000;
const serviceStartMs = Date.parse('2026-05-04T08:00:00.000Z');

/** A service whose trainer is expected 14 min after the start, and a phone whose wall clock is off. */
async function watching({
  wallAheadMs = 0,
  change = {},
}: { wallAheadMs?: number; change?: Partial<LiveLocation> } = {}) {
  const clock = new ManualClock();
  const service = { isAway: false, change };
  const dateTime = (ms: number) => new Date(serviceStartMs + ms).toISOString();
  const { client } = answeringClient((variables) => {
    if (service.isAway) return null;
    const nowMs = clock.monotonicNow();
    const live = liveLocation({
      version: 2 + Math.floor(nowMs / 1000),
      location: { ...liveLocation().location!, capturedAt: dateTime(nowMs - 2000) },
      eta: {
        __typename: 'Eta',
        arrivesAt: dateTime(14 * minuteMs),
        earliestAt: dateTime(11.6 * minuteMs),
        latestAt: dateTime(18 * minuteMs),
        source: 'ESTIMATE',
        computedAt: dateTime(0),
      },
      ...service.change,
    });
    return {
      data: 'sessionIds' in variables ? { liveLocations: [live] } : { liveLocation: { ...live, trail: [] } },
    };
  });
  clock.setWallClock(wallAheadMs);
  const one = new LiveLocationWatch({ client, sessionId: 'session-1', clock, random: () => 1 });
  const many = new LiveLocationsWatch({ client, clock, random: () => 1 });
  many.watch(['session-1']);
  for (const watch of [one, many]) {
    watch.open();
    watch.setVisibility(new TestVisibility());
  }
  await clock.pass(100);
  const close = () => [one, many].forEach((watch) => watch.close());
  return { clock, service, one, many: () => many.getState().sessions.get('session-1')!, close };
}

describe('the arrival that a watch shows', () => {
  test.each([0, 10 * minuteMs, -10 * minuteMs])(
    'does not depend on a wall clock that is ahead by %d ms',
    async (wallAheadMs) => {
      const { one, many, clock, close } = await watching({ wallAheadMs });
      const atFirst = one.getState().arrival;
      expect(atFirst).toMatchObject({ kind: 'RANGE' });
      // A wrong clock is corrected as far as the signal tells: 20 s are a third of a minute.
      expect(Math.abs((atFirst as { fromMinutes: number }).fromMinutes - 12)).toBeLessThanOrEqual(1);
      expect(many().arrival).toEqual(atFirst);
      await clock.pass(5 * minuteMs);
      expect(
        Math.abs((one.getState().arrival as { fromMinutes: number }).fromMinutes - 7),
      ).toBeLessThanOrEqual(1);
      close();
    },
  );

  test('counts down between answers, by the monotonic clock, until the signal is lost', async () => {
    const { one, many, clock, service, close } = await watching();
    service.isAway = true;
    const atFirst = one.getState().arrival as { fromMinutes: number };
    clock.setWallClock(-10 * minuteMs);
    await clock.pass(55_000);
    expect(one.getState().signal).toBe('DELAYED');
    expect(one.getState().arrival).toMatchObject({ fromMinutes: atFirst.fromMinutes - 1 });
    expect(many().arrival).toEqual(one.getState().arrival);
    await clock.pass(minuteMs);
    expect(one.getState()).toMatchObject({ signal: 'LOST', arrival: null });
    expect(many()).toMatchObject({ signal: 'LOST', arrival: null });
    service.isAway = false;
    await clock.pass(minuteMs);
    expect(one.getState()).toMatchObject({ signal: 'LIVE', arrival: { kind: 'RANGE' } });
    close();
  });

  test('comes with stage, ETA, alerts and the tracking problem', async () => {
    const { one, many, close } = await watching({
      change: {
        stage: 'APPROACHING',
        alerts: ['RUNNING_LATE', 'NOT_MOVING'],
        trackingProblem: 'PERMISSION_DENIED',
      },
    });
    const expected = {
      stage: 'APPROACHING',
      alerts: ['RUNNING_LATE', 'NOT_MOVING'],
      trackingProblem: 'PERMISSION_DENIED',
      arrival: { kind: 'LATE', aboutMs: serviceStartMs + 15 * minuteMs },
    };
    expect(one.getState()).toMatchObject(expected);
    expect(many()).toMatchObject(expected);
    expect(one.getState().eta).toMatchObject({ source: 'ESTIMATE' });
    close();
  });

  test('is nothing without an active journey', async () => {
    const { one, close } = await watching({
      change: { state: 'ARRIVED', isActive: false, location: null, signal: null, eta: null, stage: null },
    });
    expect(one.getState()).toMatchObject({ arrival: null, eta: null, stage: null, trail: [] });
    close();
  });
});
