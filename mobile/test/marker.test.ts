import { interpolate, moveMarker, placesAhead } from '@journey/client';

const place = { latitude: 41.88, longitude: -87.63, heading: null };
const next = { ...place, latitude: 41.881 };

test('the functions that move a mark survive the plugin for worklets, also as CommonJS', () => {
  const motion = moveMarker(moveMarker(null, place, 0), next, 0, { durationMs: 1000 });
  expect(interpolate(motion, 0).latitude).toBeCloseTo(place.latitude, 9);
  expect(interpolate(motion, 1000).latitude).toBeCloseTo(next.latitude, 9);
  expect(placesAhead(motion, 0)).toEqual([]);
});
