import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { interpolate, moveMarker, placesAhead, type MarkerMotion, type MarkerPlace } from '../src/index.js';
import { fc } from './support/properties.js';

const double = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** A drive: fixes up to some hundred metres apart, early, late or at once after each other. */
const drive = fc.array(
  fc.record({
    north: double(-0.005, 0.005),
    east: double(-0.005, 0.005),
    heading: fc.option(double(0, 359.9)),
    afterMs: fc.integer({ min: 1, max: 20_000 }),
  }),
  { minLength: 2, maxLength: 12 },
);
const anywhere = fc.record({ latitude: double(-80, 80), longitude: double(-180, 179.99) });

type Leg = { motion: MarkerMotion; untilMs: number };

function driven(
  start: MarkerPlace,
  steps: { north: number; east: number; heading: number | null; afterMs: number }[],
): Leg[] {
  const legs: Leg[] = [];
  let nowMs = 1000;
  let place = start;
  let motion = moveMarker(null, start, nowMs);
  for (const { north, east, heading, afterMs } of steps) {
    place = { latitude: place.latitude + north, longitude: wrap(place.longitude + east), heading };
    motion = moveMarker(motion, place, nowMs, { jumpMeters: Infinity });
    legs.push({ motion, untilMs: nowMs + afterMs });
    nowMs += afterMs;
  }
  return legs;
}

const wrap = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180;
const apart = (one: number, other: number): number => Math.abs(wrap(other - one));
const tiny = 1e-9;

describe('a moving marker', () => {
  test('never leaves the box between where it was and where it goes: no overshoot', () => {
    fc.assert(
      fc.property(anywhere, drive, fc.array(double(-0.5, 2), { minLength: 5 }), (start, steps, moments) => {
        for (const { motion } of driven(start, steps)) {
          const { from, to, startMs, endMs } = motion;
          for (const moment of moments) {
            const at = interpolate(motion, startMs + moment * (endMs - startMs));
            expect(at.latitude).toBeGreaterThanOrEqual(Math.min(from.latitude, to.latitude) - tiny);
            expect(at.latitude).toBeLessThanOrEqual(Math.max(from.latitude, to.latitude) + tiny);
            const way = apart(from.longitude, to.longitude);
            expect(apart(from.longitude, at.longitude)).toBeLessThanOrEqual(way + tiny);
            expect(apart(at.longitude, to.longitude)).toBeLessThanOrEqual(way + tiny);
          }
        }
      }),
    );
  });

  test('never turns back on its way to a fix', () => {
    fc.assert(
      fc.property(anywhere, drive, (start, steps) => {
        for (const { motion } of driven(start, steps)) {
          let leftDegrees = apart(motion.from.longitude, motion.to.longitude);
          for (let step = 0; step <= 50; step += 1) {
            const at = interpolate(motion, motion.startMs + (step / 50) * (motion.endMs - motion.startMs));
            const nowLeft = apart(at.longitude, motion.to.longitude);
            expect(nowLeft).toBeLessThanOrEqual(leftDegrees + tiny);
            leftDegrees = nowLeft;
          }
        }
      }),
    );
  });

  test('does not jump when a fix comes early or late, and reaches the last one', () => {
    fc.assert(
      fc.property(anywhere, drive, (start, steps) => {
        const legs = driven(start, steps);
        legs.slice(1).forEach(({ motion }, index) => {
          const { motion: before, untilMs } = legs[index]!;
          const [was, is] = [interpolate(before, untilMs), interpolate(motion, untilMs)];
          expect(is.latitude).toBeCloseTo(was.latitude, 9);
          expect(apart(is.longitude, was.longitude)).toBeLessThan(tiny);
        });
        const { motion } = legs.at(-1)!;
        const end = interpolate(motion, motion.endMs + 60_000);
        expect(end.latitude).toBe(motion.to.latitude);
        expect(end.longitude).toBe(motion.to.longitude);
      }),
    );
  });

  test('keeps its speed over a fix that lies ahead', () => {
    const step = 0.001;
    const first = moveMarker(
      moveMarker(null, { latitude: 48, longitude: 11 }, 0),
      { latitude: 48 + step, longitude: 11 },
      0,
    );
    const second = moveMarker(first, { latitude: 48 + 2 * step, longitude: 11 }, 4000);
    const speed = (motion: MarkerMotion, atMs: number): number =>
      interpolate(motion, atMs + 1).latitude - interpolate(motion, atMs).latitude;
    expect(speed(second, 4000) / speed(first, 3998)).toBeCloseTo(1, 2);
  });

  test('turns the short way round, and keeps its heading when a fix has none', () => {
    const north = moveMarker(null, { latitude: 48, longitude: 11, heading: 350 }, 0);
    const turning = moveMarker(north, { latitude: 48.0001, longitude: 11, heading: 10 }, 0);
    expect(interpolate(turning, 2500).heading).toBeCloseTo(0, 6);
    const standing = moveMarker(turning, { latitude: 48.0001, longitude: 11, heading: null }, 5000);
    expect(interpolate(standing, 7000).heading).toBeCloseTo(10, 6);
  });

  test('crosses the date line by the short way', () => {
    const east = moveMarker(null, { latitude: 0, longitude: 179.999 }, 0);
    const crossing = moveMarker(east, { latitude: 0, longitude: -179.999 }, 0);
    expect(Math.abs(interpolate(crossing, 2500).longitude)).toBeGreaterThan(179.999);
  });

  test('jumps over a gap instead of gliding through houses', () => {
    const before = moveMarker(null, { latitude: 48, longitude: 11 }, 0);
    const after = moveMarker(before, { latitude: 48.1, longitude: 11 }, 1000);
    expect(interpolate(after, 1000).latitude).toBe(48.1);
  });
});

describe('a marker that is sent along a trail', () => {
  const ways = fc.array(
    fc.record({
      via: fc.array(fc.record({ north: double(-0.002, 0.002), east: double(-0.002, 0.002) }), {
        maxLength: 12,
      }),
      afterMs: fc.integer({ min: 1, max: 9000 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const start = { latitude: 48, longitude: 11 };

  /** The ways of all fixes, one after the other: each from where the last one ended. */
  function* sentAlong(
    steps: readonly { via: readonly { north: number; east: number }[]; afterMs: number }[],
  ) {
    let motion = moveMarker(null, start, 0);
    let nowMs = 0;
    let place: MarkerPlace = start;
    const street: MarkerPlace[] = [start];
    for (const { via, afterMs } of steps) {
      const added = via.map(({ north, east }) => {
        place = { latitude: place.latitude + north, longitude: place.longitude + east };
        return place;
      });
      street.push(...added);
      const before = motion;
      motion = moveMarker(motion, place, nowMs, { via: added, jumpMeters: Infinity });
      yield { before, motion, street: [...street], atMs: nowMs, untilMs: nowMs + afterMs };
      nowMs += afterMs;
    }
  }

  const metersOff = (place: MarkerPlace, from: MarkerPlace, to: MarkerPlace): number => {
    const scale = Math.cos((48 * Math.PI) / 180);
    const [x, y] = [(to.longitude - from.longitude) * scale, to.latitude - from.latitude];
    const [px, py] = [(place.longitude - from.longitude) * scale, place.latitude - from.latitude];
    const length = x * x + y * y;
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, (px * x + py * y) / length));
    return Math.hypot(px - t * x, py - t * y) * 111_195;
  };

  test('passes the corner that it had not reached when the next fix comes', () => {
    const north = { latitude: 48.001, longitude: 11 };
    const east = { latitude: 48.001, longitude: 11.001 };
    const before = moveMarker(moveMarker(null, start, 0), north, 0);
    const after = moveMarker(before, east, 2500, { via: [east] });
    const places = Array.from({ length: 51 }, (_, at) => interpolate(after, 2500 + at * 100));
    expect(Math.min(...places.map((place) => metersOff(place, start, north)).slice(0, 2))).toBeLessThan(0.1);
    for (const place of places)
      expect(Math.min(metersOff(place, start, north), metersOff(place, north, east))).toBeLessThan(0.1);
  });

  test('never leaves it, and does not jump when the next fix comes early', () => {
    fc.assert(
      fc.property(ways, (steps) => {
        for (const { before, motion, street, atMs, untilMs } of sentAlong(steps)) {
          const [was, is] = [interpolate(before, atMs), interpolate(motion, atMs)];
          expect(is.latitude).toBeCloseTo(was.latitude, 9);
          expect(is.longitude).toBeCloseTo(was.longitude, 9);
          for (let nowMs = atMs; nowMs <= untilMs; nowMs += 250) {
            const place = interpolate(motion, nowMs);
            const off = street.slice(1).map((end, index) => metersOff(place, street[index]!, end));
            if (off.length > 0) expect(Math.min(...off)).toBeLessThan(0.1);
          }
        }
      }),
    );
  });

  test('passes its points in order, and ends at the fix', () => {
    const corner = { latitude: 48.002, longitude: 11 };
    const to = { latitude: 48.002, longitude: 11.003, heading: 80 };
    const motion = moveMarker(moveMarker(null, { ...start, heading: 0 }, 0), to, 0, { via: [corner] });
    expect(placesAhead(motion, 0)).toMatchObject([corner]);
    const heading = (atMs: number) => interpolate(motion, atMs).heading!;
    // It turns into the street behind the corner on the way to it.
    expect(heading(10)).toBeLessThan(2);
    expect(heading(2490)).toBeGreaterThan(80);
    expect(interpolate(motion, 4900).latitude).toBeCloseTo(48.002, 6);
    expect(heading(4900)).toBeCloseTo(80, 0);
    expect(placesAhead(motion, 4900)).toEqual([]);
    expect(interpolate(motion, 5000)).toEqual(to);
  });

  test('goes on along what is left of it when another fix comes', () => {
    const corner = { latitude: 48.002, longitude: 11 };
    const first = moveMarker(moveMarker(null, start, 0), { latitude: 48.002, longitude: 11.003 }, 0, {
      via: [corner],
    });
    const second = moveMarker(first, { latitude: 48.003, longitude: 11.003 }, 500);
    expect(placesAhead(second, 500)).toMatchObject([corner, { latitude: 48.002, longitude: 11.003 }]);
  });

  test('keeps its direction where the newest point of the trail is the fix itself', () => {
    const east = { latitude: 48, longitude: 11.003, heading: 90 };
    const first = moveMarker(null, { ...start, heading: 90 }, 0);
    const motion = moveMarker(first, east, 0, { via: [{ latitude: 48, longitude: 11.003 }] });
    for (const atMs of [1000, 2500, 4900, 5000]) expect(interpolate(motion, atMs).heading).toBeCloseTo(90, 6);
    expect(interpolate(motion, 2500).longitude).toBeCloseTo(11.0015, 3);
  });

  test('goes to the end of a street and back, though the way passes the place where it ends', () => {
    const [end, home] = [
      { latitude: 48.002, longitude: 11 },
      { latitude: 48.001, longitude: 11 },
    ];
    const motion = moveMarker(moveMarker(null, start, 0), home, 0, { via: [home, end, home] });
    expect(placesAhead(motion, 0)).toMatchObject([home, end]);
    expect(interpolate(motion, (5000 * 2) / 3).latitude).toBeCloseTo(48.002, 6);
    expect(interpolate(motion, 5000)).toMatchObject(home);
  });

  test('jumps when the trail itself has a gap', () => {
    const far = { latitude: 48.1, longitude: 11 };
    const motion = moveMarker(moveMarker(null, start, 0), { latitude: 48.101, longitude: 11 }, 0, {
      via: [far],
    });
    expect(interpolate(motion, 0).latitude).toBe(48.101);
  });
});

test('each function of the marker can run as a worklet', () => {
  const source = readFileSync(new URL('../src/marker/interpolate.ts', import.meta.url), 'utf8');
  const functions = source.match(/^(?:function \w+|const \w+ = )\(/gm)!.length;
  expect(source.match(/^ {2}'worklet';$/gm)).toHaveLength(functions);
  // The exported constants alone: a function inside another would need the directive too.
  expect(source.match(/=> /g)).toHaveLength(3);
  expect(interpolate.toString()).toContain('worklet');
});
