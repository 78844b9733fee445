import { describe, expect, test } from 'vitest';

import { LiveLocationsWatch, LiveLocationWatch, SharesWatch } from '../src/core.js';
import { answeringClient as answering } from './support/answeringClient.js';
import { liveLocation as live } from './support/liveLocation.js';
import { ManualClock } from './support/ManualClock.js';
import { TestVisibility } from './support/phone.js';

const minuteMs = 60_000;

describe('a request for fifty sessions that fails while the others of its round are answered', () => {
  const ids = Array.from({ length: 150 }, (_, i) => `session-${i}`);
  const failing = new Set(ids.slice(50, 100));

  test.each([
    ['for want of an answer', new TypeError('fetch failed')],
    [
      'with 503',
      {
        data: null,
        errors: [
          { message: 'away', extensions: { code: 'STORE_UNAVAILABLE', status: 503, retryAfterMs: 20_000 } },
        ],
      },
    ],
  ])('%s freezes none of those, and is asked again', async (_title, fault) => {
    const clock = new ManualClock();
    let isFaulty = true;
    const { client, asked } = answering(({ sessionIds }) => {
      const wanted = sessionIds as string[];
      if (isFaulty && wanted.some((id) => failing.has(id))) return fault;
      const location = { ...live().location!, capturedAt: new Date(clock.now()).toISOString() };
      return { data: { liveLocations: wanted.map((sessionId) => live({ sessionId, location })) } };
    });
    const watch = new LiveLocationsWatch({ client, clock, random: () => 1 });
    watch.watch(ids);
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(2 * minuteMs);
    const { sessions, failure, polling } = watch.getState();
    expect(sessions.size).toBe(100);
    expect(new Set([...sessions.values()].map(({ signal }) => signal))).toEqual(new Set(['LIVE']));
    expect(failure).not.toBeNull();
    expect(polling).toBe('ACTIVE');
    // Nobody is asked faster than the service wants.
    if (!(fault instanceof Error)) expect(asked.length).toBeLessThanOrEqual(3 * 7);
    isFaulty = false;
    await clock.pass(30_000);
    expect(watch.getState().sessions.size).toBe(150);
    expect(watch.getState().failure).toBeNull();
    watch.close();
  });
});

describe('a link that the list has before its own answer is there', () => {
  test('is shown once', async () => {
    const clock = new ManualClock();
    const share = (id: string) => ({
      id,
      createdAt: '2026-05-04T08:00:00.000Z',
      expiresAt: '2026-05-04T20:00:00.000Z',
    });
    const { client } = answering((variables) =>
      'sessionId' in variables
        ? { data: { shareJourney: { share: share('share-1'), token: 'token' } } }
        : { data: { session: { shares: [share('share-1')] } } },
    );
    const watch = new SharesWatch({ client, sessionId: 'session-1', clock, random: () => 1 });
    const seen: number[] = [];
    watch.subscribe(() => seen.push(watch.getState().shares.length));
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(100);
    await watch.create();
    await clock.pass(100);
    expect(Math.max(...seen)).toBe(1);
    watch.close();
  });
});

describe('an error whose extensions are null', () => {
  test('is a failure like any other, and the polls go on', async () => {
    const clock = new ManualClock();
    const { client, asked } = answering(() => ({
      data: null,
      errors: [{ message: 'broken', extensions: null }],
    }));
    const watch = new LiveLocationWatch({ client, sessionId: 'session-1', clock, random: () => 1 });
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(minuteMs);
    expect(watch.getState()).toMatchObject({ failure: { code: 'UNKNOWN' }, polling: 'ACTIVE' });
    expect(asked.length).toBeGreaterThan(5);
    watch.close();
  });
});
