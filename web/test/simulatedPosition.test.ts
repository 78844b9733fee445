import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { metersBetween, type Place } from '../src/map/geometry';
import { simulatedPosition } from '../src/trainer/simulatedPosition';

const HOME: Place = { latitude: 41.8827, longitude: -87.6475 };
const streets = readFileSync(fileURLToPath(new URL('../../demo/streets.json', import.meta.url)), 'utf8');

describe('a simulated phone, in a browser without storage', () => {
  beforeEach(() => {
    vi.stubGlobal('fetch', async () => new Response(streets));
    vi.useFakeTimers({ toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('drives on, and begins at the same place again when a new journey starts', async () => {
    const position = simulatedPosition('session-00001', HOME);
    const first = await position.current!();
    vi.advanceTimersByTime(120_000);
    const later = await position.current!();
    expect(metersBetween(first, later)).toBeGreaterThan(300);
    position.startOver();
    expect(metersBetween(first, await position.current!())).toBeLessThan(1);
  });

  it('continues where it was after a reload', async () => {
    await simulatedPosition('session-00002', HOME).current!();
    vi.advanceTimersByTime(120_000);
    const [first, again] = [
      simulatedPosition('session-00002', HOME),
      simulatedPosition('session-00002', HOME),
    ];
    expect(await again.current!()).toEqual(await first.current!());
    for (const degrees of [(await again.current!()).latitude, (await again.current!()).longitude]) {
      expect(String(degrees).split('.')[1]!.length).toBeLessThanOrEqual(7);
    }
  });
});
