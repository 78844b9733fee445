import { describe, expect, test } from 'vitest';

import { newerLiveLocation, type LiveLocation } from '../src/index.js';
import { liveLocation } from './support/liveLocation.js';
import { fc } from './support/properties.js';

const answer = (journey: number, version: number, ended = false): LiveLocation =>
  liveLocation({
    journeyId: `journey-${journey}`,
    state: ended ? 'STOPPED' : 'EN_ROUTE',
    isActive: !ended,
    version,
    location: null,
    signal: null,
    distanceMeters: null,
    startedAt: new Date(Date.UTC(2026, 0, 1, journey)).toISOString(),
  });

const none: LiveLocation = {
  ...answer(0, 0),
  journeyId: null,
  startedAt: null,
  state: 'NOT_STARTED',
  isActive: false,
};

describe('of two answers', () => {
  test('whatever their order, the shown version of a journey never falls and no older journey comes back', () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 9 })));
    fc.assert(
      fc.property(answers, (order) => {
        let shown: LiveLocation | null = null;
        for (const [journey, version] of order) {
          const next: LiveLocation = newerLiveLocation(shown, answer(journey, version));
          if (shown?.journeyId === next.journeyId) expect(next.version).toBeGreaterThanOrEqual(shown.version);
          else if (shown) expect(Date.parse(next.startedAt!)).toBeGreaterThan(Date.parse(shown.startedAt!));
          shown = next;
        }
        const newest = Math.max(...order.map(([journey]) => journey));
        if (order.length > 0) expect(shown!.journeyId).toBe(`journey-${newest}`);
      }),
    );
  });

  test('the same version again is taken: its signal and interval are newer', () => {
    const again = { ...answer(1, 4), signal: 'DELAYED' as const };
    expect(newerLiveLocation(answer(1, 4), again)).toBe(again);
  });

  test('a new journey starts at version 1 and still replaces the one before', () => {
    expect(newerLiveLocation(answer(1, 9, true), answer(2, 1)).journeyId).toBe('journey-2');
  });

  test('"no journey" does not replace an active one, but does replace one that ended', () => {
    expect(newerLiveLocation(answer(1, 3), none).journeyId).toBe('journey-1');
    expect(newerLiveLocation(answer(1, 4, true), none)).toBe(none);
  });

  test('another session is another story', () => {
    const other = { ...answer(1, 1), sessionId: 'session-2' };
    expect(newerLiveLocation(answer(1, 9), other)).toBe(other);
  });
});
