import { describe, expect, test } from 'vitest';

import { FixBuffer } from '../src/tracker/FixBuffer.js';
import { cleanFix, type Fix } from '../src/tracker/position.js';
import { fc } from './support/properties.js';

const fixAt = (capturedAtMs: number): Fix => ({ latitude: 48, longitude: 11, capturedAtMs });
const times = (buffer: FixBuffer): number[] => buffer.fixes.map(({ capturedAtMs }) => capturedAtMs);

describe('the buffer of fixes', () => {
  test('holds the newest fix, and between kept ones no more than the interval needs', () => {
    const buffer = new FixBuffer(720, 5000);
    for (let second = 0; second <= 60; second += 1) buffer.add(fixAt(second * 1000));
    expect(times(buffer).at(-1)).toBe(60_000);
    expect(buffer.size).toBeLessThanOrEqual(14);
    const kept = times(buffer).slice(1, -1);
    kept.slice(1).forEach((time, index) => expect(time - kept[index]!).toBeGreaterThanOrEqual(5000));
  });

  test('never grows beyond its bound, loses the oldest first and counts each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 60 }), (capacity, count) => {
        const buffer = new FixBuffer(capacity, 5000);
        let dropped = 0;
        for (let index = 0; index < count; index += 1) dropped += buffer.add(fixAt(index * 5000));
        expect(buffer.size).toBe(Math.min(capacity, count));
        expect(dropped).toBe(Math.max(0, count - capacity));
        if (count > 0) expect(times(buffer).at(-1)).toBe((count - 1) * 5000);
      }),
    );
  });

  test('removes what was answered and keeps what came meanwhile, also when the newest was replaced in flight', () => {
    const buffer = new FixBuffer(720, 5000);
    [0, 5000, 10_000].forEach((time) => buffer.add(fixAt(time)));
    const sent = buffer.oldest(100);
    buffer.add(fixAt(11_000));
    buffer.add(fixAt(12_000));
    buffer.remove(sent);
    expect(times(buffer)).toEqual([12_000]);
  });

  test('gives batches oldest first, and the same again as long as nothing was answered', () => {
    const buffer = new FixBuffer(720, 5000);
    for (let index = 0; index < 250; index += 1) buffer.add(fixAt(index * 5000));
    const first = buffer.oldest(100);
    expect(first.map(({ fix }) => fix.capturedAtMs)[0]).toBe(0);
    expect(buffer.oldest(100)).toEqual(first);
    buffer.remove(first);
    expect(buffer.oldest(100)[0]!.fix.capturedAtMs).toBe(500_000);
  });

  test('takes up after a restart where it was, the newest first when there are too many', () => {
    const buffer = new FixBuffer(3, 5000);
    buffer.restore([0, 5000, 10_000, 15_000].map(fixAt));
    expect(times(buffer)).toEqual([5000, 10_000, 15_000]);
  });

  test('goes on when the clock of the phone is set back', () => {
    const buffer = new FixBuffer(720, 5000);
    [100_000, 105_000, 10_000, 15_000].forEach((time) => buffer.add(fixAt(time)));
    expect(times(buffer)).toEqual([100_000, 105_000, 10_000, 15_000]);
  });
});

describe('a fix', () => {
  test('that says "unknown" as phones do, by NaN or −1, is sent as unknown', () => {
    const fix = { ...fixAt(1), accuracy: -1, heading: NaN, speed: -1 };
    expect(cleanFix(fix, 0)).toEqual({ ...fixAt(1), accuracy: null, heading: null, speed: null });
  });

  test('with a heading of 360 points north', () => {
    expect(cleanFix({ ...fixAt(1), heading: 360 }, 0)!.heading).toBe(0);
  });

  test('that is nowhere on earth is none', () => {
    expect(cleanFix({ ...fixAt(1), latitude: 91 }, 0)).toBeNull();
    expect(cleanFix({ ...fixAt(1), longitude: NaN }, 0)).toBeNull();
  });

  test('whose time is text or in seconds has that time, and without a usable one it was taken now', () => {
    const nowMs = Date.parse('2026-05-04T08:00:10.000Z');
    const timeOf = (time: unknown) =>
      cleanFix({ ...fixAt(1), capturedAtMs: time as number }, nowMs)!.capturedAtMs;
    const takenMs = Date.parse('2026-05-04T08:00:00.000Z');
    for (const time of [takenMs, takenMs / 1000, String(takenMs), '2026-05-04T08:00:00.000Z'])
      expect(timeOf(time)).toBe(takenMs);
    for (const time of [NaN, undefined, null, 'yesterday', {}]) expect(timeOf(time)).toBe(nowMs);
  });
});
