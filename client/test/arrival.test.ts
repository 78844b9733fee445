import { describe, expect, test } from 'vitest';

import { nextArrival, type Arrival, type Expectation } from '../src/liveLocation/arrival.js';
import type { Eta } from '../src/core.js';

const minuteMs = 60_000;
const startMs = Date.parse('2026-05-04T10:00:00.000Z');

/** As the service says it: the interval is a share of what is left, and nothing is nearer than a minute. */
function etaAt(nowMs: number, inMs: number): Eta {
  const leftMs = Math.max(minuteMs, inMs);
  const dateTime = (ms: number) => new Date(nowMs + ms).toISOString();
  return {
    __typename: 'Eta',
    arrivesAt: dateTime(leftMs),
    earliestAt: dateTime(leftMs * 0.8),
    latestAt: dateTime(leftMs * 1.35),
    source: 'ROUTER',
    computedAt: dateTime(0),
  };
}

const expectation = (
  nowMs: number,
  inMs: number,
  { isLate = false, isAtTheDoor = false, eta = etaAt(nowMs, inMs) } = {},
): Expectation => ({ eta, nowMs, isLate, isAtTheDoor });

/** What is shown at each of these moments, without what is shown again. */
function shownOver(expectations: Iterable<Expectation>): { nowMs: number; arrival: Arrival }[] {
  const all: { nowMs: number; arrival: Arrival }[] = [];
  let shown: Arrival | null = null;
  for (const each of expectations) {
    const next = nextArrival(shown, each);
    if (next !== shown) all.push({ nowMs: each.nowMs, arrival: next });
    shown = next;
  }
  return all;
}

/** The same walk at each run: a test that fails once in a while says nothing. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('an expected arrival', () => {
  test('is a range of minutes, soon, or a time of day when it is late', () => {
    expect(nextArrival(null, expectation(startMs, 10 * minuteMs))).toEqual({
      kind: 'RANGE',
      fromMinutes: 8,
      toMinutes: 14,
    });
    expect(nextArrival(null, expectation(startMs, 30 * minuteMs))).toEqual({
      kind: 'RANGE',
      fromMinutes: 25,
      toMinutes: 40,
    });
    expect(nextArrival(null, expectation(startMs, 0))).toEqual({ kind: 'SOON' });
    expect(nextArrival(null, expectation(startMs, 10 * minuteMs, { isAtTheDoor: true }))).toEqual({
      kind: 'SOON',
    });
    expect(nextArrival(null, expectation(startMs, 38 * minuteMs, { isLate: true }))).toEqual({
      kind: 'LATE',
      aboutMs: startMs + 40 * minuteMs,
    });
  });

  test('counts down by the minute while the service says the same', () => {
    const eta = etaAt(startMs, 15 * minuteMs);
    const seconds = Array.from({ length: 14 * 60 }, (_, second) => startMs + second * 1000);
    const shown = shownOver(seconds.map((nowMs) => expectation(nowMs, 0, { eta })));
    const ranges = shown.flatMap(({ arrival }) => (arrival.kind === 'RANGE' ? [arrival] : []));
    ranges.slice(1).forEach((range, index) => {
      const before = ranges[index]!;
      expect(range.fromMinutes).toBeLessThanOrEqual(before.fromMinutes);
      expect(range.toMinutes).toBeLessThanOrEqual(before.toMinutes);
      expect(range.fromMinutes).toBeGreaterThanOrEqual(before.fromMinutes - 1);
    });
    // 13.5 minutes of countdown, in which fives become single minutes once.
    expect(shown.length).toBeLessThanOrEqual(16);
    expect(shown.at(-1)!.arrival).toEqual({ kind: 'SOON' });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'does not go up and down with what the service says (random walk %d)',
    (seed) => {
      const random = randomFrom(seed);
      const driveMs = 25 * minuteMs;
      let driftMs = 0;
      let noiseMs = 0;
      const polls: Expectation[] = [];
      for (let atMs = 0; atMs < driveMs; atMs += 5000) {
        // What is published changes slowly (a jam), and each value is a little off.
        driftMs += (random() - 0.5) * 6000;
        if (atMs % 30_000 === 0) noiseMs = (random() - 0.5) * 50_000;
        polls.push(expectation(startMs + atMs, driveMs - atMs + driftMs + noiseMs));
      }
      const shown = shownOver(polls);
      const texts = shown.map(({ arrival }) => JSON.stringify(arrival));
      // Once a minute it must count down; little more than that.
      expect(shown.length).toBeLessThanOrEqual(1.3 * (driveMs / minuteMs));
      texts.forEach((text, index) => {
        const isBack = texts.slice(Math.max(0, index - 2), index).includes(text);
        const sinceMs = index < 2 ? Infinity : shown[index]!.nowMs - shown[index - 2]!.nowMs;
        expect(isBack && sinceMs < minuteMs, `${texts[index - 1]} back to ${text}`).toBe(false);
      });
      // It is what the service says, to within a step.
      let last: Arrival | null = null;
      for (const poll of polls) {
        last = nextArrival(last, poll);
        if (last.kind !== 'RANGE') continue;
        const latest = (Date.parse(poll.eta.latestAt) - poll.nowMs) / minuteMs;
        expect(Math.abs(last.toMinutes - latest)).toBeLessThan(last.toMinutes < 20 ? 1 : 5);
      }
    },
  );

  test('stays soon when a few seconds are added, and a late time when some minutes are', () => {
    const soon = nextArrival(null, expectation(startMs, 60_000));
    expect(nextArrival(soon, expectation(startMs + 5000, 140_000))).toBe(soon);
    expect(nextArrival(soon, expectation(startMs + 5000, 200_000)).kind).toBe('RANGE');
    const late = nextArrival(null, expectation(startMs, 41 * minuteMs, { isLate: true }));
    expect(nextArrival(late, expectation(startMs, 44 * minuteMs, { isLate: true }))).toBe(late);
    expect(nextArrival(late, expectation(startMs, 46 * minuteMs, { isLate: true }))).toEqual({
      kind: 'LATE',
      aboutMs: startMs + 45 * minuteMs,
    });
  });

  test('is never said to be at a time that has passed', () => {
    const random = randomFrom(9);
    let shown: Arrival | null = null;
    for (let atMs = 0; atMs < 60 * minuteMs; atMs += 5000) {
      shown = nextArrival(shown, expectation(startMs + atMs, 8 * minuteMs * random(), { isLate: true }));
      if (shown.kind === 'LATE') expect(shown.aboutMs).toBeGreaterThan(startMs + atMs);
    }
  });
});
