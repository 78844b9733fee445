import { describe, expect, it } from 'vitest';

import { colors, mapPalettes, type Colors } from '../src/theme/index.js';

const channel = (value: number): number =>
  value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => channel(parseInt(color.slice(at, at + 2), 16) / 255));
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

const texts: [text: keyof Colors, behind: keyof Colors][] = [
  ['ink', 'paperSolid'],
  ['inkSoft', 'paperSolid'],
  ['ink', 'sunken'],
  ['inkSoft', 'sunken'],
  ['onAccent', 'accent'],
  ['live', 'liveSoft'],
  ['waiting', 'waitingSoft'],
  ['delayed', 'delayedSoft'],
  ['lost', 'lostSoft'],
  ['done', 'doneSoft'],
  ['ended', 'endedSoft'],
];

describe.each(['light', 'dark'] as const)('the %s colours', (scheme) => {
  it.each(texts)('let one read %s on %s', (text, behind) => {
    expect(contrast(colors[scheme][text], colors[scheme][behind])).toBeGreaterThanOrEqual(4.5);
  });

  it('are written as CSS and React Native both read them', () => {
    for (const color of [...Object.values(colors[scheme]), ...Object.values(mapPalettes[scheme])]) {
      expect(color).toMatch(/^#[0-9a-f]{6}([0-9a-f]{2})?$/);
    }
  });
});
