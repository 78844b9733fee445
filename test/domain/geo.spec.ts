import { distanceMeters } from '../../src/domain/geo';
import { fc } from '../support/properties';

const point = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
/** Half of the earth's circumference. */
const FARTHEST_METERS = Math.PI * 6_371_008.8;

describe('The great-circle distance', () => {
  it.each([
    ['Berlin to Potsdam', [52.52, 13.405], [52.4009, 13.0591], 26_920],
    ['across the date line', [0, 179.9], [0, -179.9], 22_239],
    ['pole to pole', [90, 0], [-90, 0], FARTHEST_METERS],
  ] as const)('is right %s', (_, [lat1, lon1], [lat2, lon2], meters) => {
    const distance = distanceMeters({ latitude: lat1, longitude: lon1 }, { latitude: lat2, longitude: lon2 });
    expect(Math.abs(distance - meters) / meters).toBeLessThan(0.002);
  });

  it('is a distance: never negative, zero to itself, the same back, within half the globe, no shorter by a detour', () => {
    fc.assert(
      fc.property(point, point, point, (a, b, c) => {
        const direct = distanceMeters(a, b);
        expect(distanceMeters(a, a)).toBe(0);
        expect(direct).toBeGreaterThanOrEqual(0);
        expect(direct).toBeLessThanOrEqual(FARTHEST_METERS + 1e-6);
        expect(distanceMeters(b, a)).toBeCloseTo(direct, 6);
        // Near the far side of the globe the formula's rounding grows to decimetres; near home it is far below a millimetre.
        expect(distanceMeters(a, c) + distanceMeters(c, b)).toBeGreaterThanOrEqual(
          direct -
            (Math.max(direct, distanceMeters(a, c), distanceMeters(c, b)) > 0.99 * FARTHEST_METERS
              ? 1
              : 1e-3),
        );
      }),
    );
  });
});
