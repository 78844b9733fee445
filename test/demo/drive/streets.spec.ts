import { distanceMeters } from '../../../src/domain/geo';
import { createRandom } from '../../../demo/drive/random';
import { findRoute } from '../../../demo/drive/route';
import { homes, loadStreets } from '../../../demo/drive/loadStreets';

const streets = loadStreets();

describe('the streets', () => {
  it('load fast enough for the seed', () => {
    const cpuMs = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      loadStreets();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    // It takes some 20 ms. CPU time does not depend on what else the machine does; the median ignores one garbage collection.
    expect(cpuMs.sort((a, b) => a - b)[2]).toBeLessThan(200);
  });

  it('are a whole city, in which each node leads on to another one', () => {
    expect(streets.places.length).toBeGreaterThan(10_000);
    const deadEnds = [...streets.places.keys()].filter((node) => streets.waysFrom(node).length === 0);
    expect(deadEnds).toEqual([]);
  });

  it('have lights where main streets cross, and not everywhere', () => {
    const lit = [...streets.places.keys()].filter((node) => streets.hasLights(node));
    expect(lit.length).toBeGreaterThan(100);
    expect(lit.length).toBeLessThan(streets.places.length / 5);
  });

  it('find the nearest node of a place', () => {
    expect(streets.nearestNode(streets.place(4321))).toBe(4321);
  });

  it('know no start for a home out of town', () => {
    const berlin = { latitude: 52.5, longitude: 13.4 };
    expect(() => streets.randomNode(createRandom(1), berlin, 2000, 6000)).toThrow(RangeError);
  });
});

describe('the homes', () => {
  it('are the same for the same seed, and a larger count only adds to them', () => {
    expect(homes(20, 'a').slice(0, 10)).toEqual(homes(10, 'a'));
    expect(homes(10, 'b')).not.toEqual(homes(10, 'a'));
  });

  it('stand beside a street, within reach of a node where the trainer may park', () => {
    for (const home of streets.homes(60, 'near')) {
      const meters = distanceMeters(home, streets.place(streets.nearestNode(home)));
      expect(meters).toBeGreaterThan(5);
      expect(meters).toBeLessThan(40);
    }
  });
});

describe('a route', () => {
  it('leads from end to end without a gap, along ways that exist', () => {
    const random = createRandom('routes');
    for (let i = 0; i < 20; i++) {
      const [from, to] = [random.below(streets.places.length), random.below(streets.places.length)];
      const legs = findRoute(streets, from, to);
      expect(legs[0]?.from).toEqual(streets.place(from));
      expect(legs.at(-1)?.to).toEqual(streets.place(to));
      for (const [k, leg] of legs.entries()) {
        if (k > 0) expect(leg.from).toBe(legs[k - 1]?.to);
        const ways = streets.waysFrom(streets.places.indexOf(leg.from));
        expect(ways.map((way) => streets.place(way.to))).toContain(leg.to);
      }
    }
  });

  it('is not much longer than a city makes it', () => {
    const random = createRandom('detours');
    for (let i = 0; i < 20; i++) {
      const to = random.below(streets.places.length);
      const from = streets.randomNode(random, streets.place(to), 2000, 6000);
      const meters = findRoute(streets, from, to).reduce((sum, leg) => sum + leg.lengthMeters, 0);
      const crow = distanceMeters(streets.place(from), streets.place(to));
      expect(meters).toBeGreaterThanOrEqual(crow - 1);
      expect(meters).toBeLessThan(2.5 * crow);
    }
  });

  it('has no leg when it ends where it begins', () => {
    expect(findRoute(streets, 7, 7)).toEqual([]);
  });
});
