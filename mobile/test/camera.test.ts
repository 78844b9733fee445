import { boundsOf, nextBounds, paddingIn } from '../src/map/camera';

const home = { latitude: 41.88, longitude: -87.63 };
const north = (degrees: number) => ({ ...home, latitude: home.latitude + degrees });

test('there is no view of nothing, and some room around a single place', () => {
  expect(boundsOf([])).toBeNull();
  const [west, south, east, top] = boundsOf([home])!;
  expect(west).toBeLessThan(home.longitude);
  expect(east).toBeGreaterThan(home.longitude);
  expect(south).toBeLessThan(home.latitude);
  expect(top).toBeGreaterThan(home.latitude);
});

test('the view stays while it holds all places, follows one that leaves it, and comes closer when it is far too large', () => {
  const first = nextBounds(null, [home, north(0.02)])!;
  expect(nextBounds(first, [home, north(0.015)])).toBe(first);
  const wider = nextBounds(first, [home, north(0.03)])!;
  expect(wider[3]).toBeCloseTo(north(0.03).latitude, 9);
  const closer = nextBounds(first, [home, north(0.006)])!;
  expect(closer[3]).toBeCloseTo(north(0.006).latitude, 9);
});

test('a small map, as of a phone on its side, keeps half of itself for the places', () => {
  expect(paddingIn(390, 500)).toBe(64);
  expect(paddingIn(844, 120)).toBe(30);
});
