import { describe, expect, it } from 'vitest';
import { resolutionAfter } from '../src/map/adaptivePixelRatio';

/** The pixel ratios that a movement with these frames is drawn with, one after each frame. */
function pixelRatios(pixelRatio: number, framesMs: readonly number[]): number[] {
  let resolution = { pixelRatio, slowFrames: 0 };
  return framesMs.map((frameMs) => {
    resolution = resolutionAfter(resolution, frameMs);
    return resolution.pixelRatio;
  });
}

describe('the resolution of a map that is dragged', () => {
  it('stays while frames take as long as a browser lets them', () => {
    expect(pixelRatios(2, [16, 17, 16, 33, 34, 33, 33, 33])).toEqual(Array(8).fill(2));
  });

  it('is halved after three slow frames in a row', () => {
    expect(pixelRatios(1, [16, 200, 200, 200, 90])).toEqual([1, 1, 1, 0.5, 0.5]);
  });

  it('stays when long frames come between fast ones', () => {
    expect(pixelRatios(2, [300, 300, 16, 300, 300, 16])).toEqual(Array(6).fill(2));
  });

  it('is halved again when that was not enough, down to half a pixel', () => {
    expect(pixelRatios(2, Array<number>(12).fill(100)).filter((_, i) => i % 3 === 2)).toEqual([
      1, 0.5, 0.5, 0.5,
    ]);
    expect(pixelRatios(1.25, Array<number>(6).fill(100)).at(-1)).toBe(0.5);
  });

  it('never rises, not even on a page that is zoomed far out', () => {
    expect(pixelRatios(0.25, Array<number>(6).fill(100))).toEqual(Array(6).fill(0.25));
  });
});
