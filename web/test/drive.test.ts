import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { routePlaces } from '../../demo/drive/route';
import { Streets, type StreetsFile } from '../../demo/drive/streets';
import { metersBetween, type Place } from '../src/map/geometry';
import { departurePlace, Drive } from '../src/trainer/drive';

const home: Place = { latitude: 41.8905, longitude: -87.6402 };
const streets = Streets.read(
  JSON.parse(readFileSync(new URL('../../demo/streets.json', import.meta.url), 'utf8')) as StreetsFile,
);

describe('a simulated drive', () => {
  it('leads along streets from a distant place to the door', () => {
    const departure = departurePlace('session-00001', home, 2200);
    expect(metersBetween(departure, home)).toBeGreaterThan(2150);
    const way = routePlaces(streets, departure, home);
    expect(way.length).toBeGreaterThan(10);
    expect(metersBetween(way[0]!, departure)).toBeLessThan(400);
    expect(metersBetween(way.at(-1)!, home)).toBeLessThan(400);
  });

  it('drives at a usual city speed and never jumps', () => {
    const way = [...routePlaces(streets, departurePlace('session-00002', home, 2200), home), home];
    const drive = new Drive(way, 0);
    for (let second = 1; second < 600; second++) {
      const moved = metersBetween(drive.fixAt((second - 1) * 1000), drive.fixAt(second * 1000));
      expect(moved).toBeLessThan(11);
    }
  });

  it('stays at the door after its end', () => {
    const drive = new Drive([departurePlace('s', home, 300), home], 0);
    expect(drive.fixAt(3_000_000)).toMatchObject({ ...home, speed: 0, heading: null });
  });

  it('continues where it was after a reload, because the place depends on the time alone', () => {
    const way = routePlaces(streets, departurePlace('session-00003', home, 2200), home);
    expect(new Drive(way, 5000).fixAt(65_000)).toEqual(new Drive([...way], 5000).fixAt(65_000));
  });
});
