import { ApolloClient, ApolloLink, InMemoryCache } from '@apollo/client';
import { Observable } from 'rxjs';
import { describe, expect, test } from 'vitest';

import {
  ActiveJourneyWatch,
  focusedVisibility,
  LiveLocationsWatch,
  LiveLocationWatch,
} from '../src/index.js';
import { JourneysWatch } from '../src/fleet/index.js';
import { answeringClient as answering } from './support/answeringClient.js';
import { liveLocation as live } from './support/liveLocation.js';
import { ManualClock, settle } from './support/ManualClock.js';
import { TestVisibility } from './support/phone.js';

const minuteMs = 60_000;

const answerOf = (data: Record<string, unknown>) => () => ({ data });

describe('a watch whose answer has no data', () => {
  test('says that it failed, and asks again', async () => {
    const clock = new ManualClock();
    const random = () => 1;
    const one = answering(answerOf({ liveLocation: null }));
    const many = answering(answerOf({ liveLocations: null }));
    const found = answering(answerOf({ activeJourneys: null }));
    const watches = [
      new LiveLocationWatch({ client: one.client, sessionId: 'session-1', clock, random }),
      new LiveLocationsWatch({ client: many.client, clock, random }),
      new ActiveJourneyWatch({ client: found.client, clock, random }),
    ] as const;
    watches[1].watch(['session-1']);
    for (const watch of watches) {
      watch.open();
      watch.setVisibility(new TestVisibility());
    }
    await clock.pass(minuteMs);
    for (const watch of watches) {
      expect(watch.getState()).toMatchObject({ failure: { code: 'SERVER' }, polling: 'ACTIVE' });
      watch.close();
    }
    for (const { asked } of [one, many, found]) expect(asked.length).toBeGreaterThan(5);
    expect(clock.pending).toBe(0);
  });
});

describe('a wall clock that is set back by 10 min', () => {
  test('stops no round of many sessions, and shows none LIVE that is LOST', async () => {
    const clock = new ManualClock();
    let isAway = false;
    const { client, asked } = answering(() => (isAway ? null : { data: { liveLocations: [live()] } }));
    const watch = new LiveLocationsWatch({ client, clock, random: () => 1 });
    watch.watch(['session-1']);
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(1000);
    clock.setWallClock(-10 * minuteMs);
    await clock.pass(minuteMs);
    expect(asked.length).toBeGreaterThan(10);
    isAway = true;
    await clock.pass(minuteMs + 10_000);
    expect(watch.getState().sessions.get('session-1')!.signal).toBe('LOST');
    watch.close();
  });

  test('does not keep one session LIVE either', async () => {
    const clock = new ManualClock();
    let isAway = false;
    const { client } = answering(() => (isAway ? null : { data: { liveLocation: live() } }));
    const watch = new LiveLocationWatch({ client, sessionId: 'session-1', clock, random: () => 1 });
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(1000);
    isAway = true;
    clock.setWallClock(-10 * minuteMs);
    await clock.pass(21_000);
    expect(watch.getState().signal).toBe('DELAYED');
    await clock.pass(minuteMs);
    expect(watch.getState().signal).toBe('LOST');
    watch.close();
  });
});

describe('a session that is refused among several', () => {
  const refusal = (extensions: Record<string, unknown>) => ({
    data: null,
    errors: [
      {
        message: 'There is no such session.',
        extensions: { code: 'SESSION_NOT_FOUND', status: 404, ...extensions },
      },
    ],
  });

  test.each([
    ['which the service names', true],
    ['which nobody names', false],
  ])('%s is reported, and the others go on', async (_title, isNamed) => {
    const clock = new ManualClock();
    const ids = ['session-1', 'session-2', 'gone', 'session-3', 'session-4'];
    const requests: string[][] = [];
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new ApolloLink(({ variables }) => {
        const sessionIds = variables['sessionIds'] as string[];
        requests.push(sessionIds);
        const answer = sessionIds.includes('gone')
          ? refusal(isNamed ? { sessionId: 'gone' } : {})
          : { data: { liveLocations: sessionIds.map((sessionId) => live({ sessionId })) } };
        return new Observable((observer) => {
          observer.next(answer);
          observer.complete();
        });
      }),
    });
    const watch = new LiveLocationsWatch({ client, clock, random: () => 1 });
    watch.watch(ids);
    watch.open();
    const visibility = new TestVisibility();
    watch.setVisibility(visibility);
    await clock.pass(1000);
    expect([...watch.getState().sessions.keys()]).toEqual(ids.filter((id) => id !== 'gone'));
    expect(watch.getState()).toMatchObject({ polling: 'ACTIVE', connection: 'ONLINE', failure: null });
    expect(watch.getState().refused.get('gone')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
    expect(requests.length).toBeLessThanOrEqual(isNamed ? 2 : 7);
    const before = requests.length;
    await clock.pass(minuteMs);
    for (const asked of requests.slice(before)) expect(asked).not.toContain('gone');
    // It may be there again when the app is.
    visibility.set(false);
    visibility.set(true);
    await settle();
    expect(requests.at(-1)).toContain(isNamed ? 'session-4' : 'session-3');
    expect(requests.slice(before).some((asked) => asked.includes('gone'))).toBe(true);
    watch.close();
  });
});

describe('a return to the front', () => {
  test('asks about all sessions at once, also between two rounds and about those that were over', async () => {
    const clock = new ManualClock();
    const { client, asked } = answering(
      answerOf({ liveLocations: [live({ state: 'ARRIVED', isActive: false, pollAfterMs: null })] }),
    );
    const watch = new LiveLocationsWatch({ client, clock, random: () => 1 });
    watch.watch(['session-1']);
    watch.open();
    const visibility = new TestVisibility();
    watch.setVisibility(visibility);
    await clock.pass(minuteMs);
    expect(watch.getState().polling).toBe('STOPPED');
    expect(asked).toHaveLength(1);
    visibility.set(false);
    visibility.set(true);
    await clock.pass(minuteMs);
    expect(asked).toHaveLength(2);
    watch.close();
  });

  test('of a screen that was covered counts as one', () => {
    const listeners = new Map<string, () => void>();
    let focused = true;
    const appListeners = new Set<(state: string) => void>();
    const appState = {
      currentState: 'active',
      addEventListener: (_type: 'change', listener: (state: string) => void) => {
        appListeners.add(listener);
        return { remove: () => void appListeners.delete(listener) };
      },
    };
    const visibility = focusedVisibility(appState, {
      isFocused: () => focused,
      addListener: (type, listener) => {
        listeners.set(type, listener);
        return () => void listeners.delete(type);
      },
    });
    const seen: boolean[] = [];
    const unsubscribe = visibility.subscribe((visible) => seen.push(visible));
    focused = false;
    listeners.get('blur')!();
    for (const listener of appListeners) listener('background');
    focused = true;
    listeners.get('focus')!();
    for (const listener of appListeners) listener('active');
    expect(seen).toEqual([false, false, false, true]);
    expect(visibility.isVisible()).toBe(true);
    unsubscribe();
    expect([listeners.size, appListeners.size]).toEqual([0, 0]);
  });
});

describe('a watch of thousands of sessions', () => {
  const ids = Array.from({ length: 7500 }, (_, i) => `session-${i}`);

  test('asks in at most 25 requests a round, in turn, and its own queue makes no signal look old', async () => {
    const clock = new ManualClock();
    const rounds = new Map<number, string[]>();
    const { client } = answering((variables) => {
      const sessionIds = variables['sessionIds'] as string[];
      const atMs = clock.monotonicNow();
      rounds.set(atMs, [...(rounds.get(atMs) ?? []), ...sessionIds]);
      const location = { ...live().location!, capturedAt: new Date(clock.now()).toISOString() };
      return { data: { liveLocations: sessionIds.map((sessionId) => live({ sessionId, location })) } };
    });
    const watch = new LiveLocationsWatch({ client, clock, random: () => 1 });
    watch.watch(ids);
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(25_500);
    expect([...rounds.values()].map((asked) => asked.length)).toEqual([1250, 1250, 1250, 1250, 1250, 1250]);
    expect([...rounds.values()].flat()).toEqual(ids);
    await clock.pass(6 * 5000);
    expect([...rounds.values()].slice(6, 12).flat()).toEqual(ids);
    const signals = [...watch.getState().sessions.values()].map(({ signal }) => signal);
    expect(new Set(signals)).toEqual(new Set(['LIVE']));
    expect(signals).toHaveLength(7500);
    watch.close();
  });

  test('lets their signals age when no answer comes', async () => {
    const clock = new ManualClock();
    let isAway = false;
    const { client } = answering(({ sessionIds }) =>
      isAway
        ? new TypeError('fetch failed')
        : { data: { liveLocations: (sessionIds as string[]).map((sessionId) => live({ sessionId })) } },
    );
    const watch = new LiveLocationsWatch({ client, clock, random: () => 1 });
    watch.watch(ids);
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(25_500);
    isAway = true;
    await clock.pass(2 * minuteMs);
    const signals = [...watch.getState().sessions.values()].map(({ signal }) => signal);
    expect(new Set(signals)).toEqual(new Set(['LOST']));
    watch.close();
  });

  test('lists them less often the more there are', async () => {
    const clock = new ManualClock();
    const journey = (i: number) => ({
      node: {
        id: `journey-${i}`,
        sessionId: `session-${i}`,
        trainerId: 't',
        studentId: 's',
        state: 'EN_ROUTE',
      },
    });
    const { client, asked } = answering(({ after }) => {
      const from = Number(after ?? 0);
      const edges = Array.from({ length: 100 }, (_, i) => journey(from + i));
      return {
        data: { journeys: { edges, pageInfo: { hasNextPage: from < 9900, endCursor: String(from + 100) } } },
      };
    });
    const watch = new JourneysWatch({ client, clock, random: () => 1 });
    watch.open();
    watch.setVisibility(new TestVisibility());
    await clock.pass(1000);
    expect(watch.getState().journeys).toHaveLength(10_000);
    expect(asked).toHaveLength(100);
    await clock.pass(38_000);
    expect(asked).toHaveLength(100);
    await clock.pass(2000);
    expect(asked).toHaveLength(200);
    watch.close();
  });
});
