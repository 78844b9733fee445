import { distanceMeters } from '../../../src/domain/geo';
import { Gps } from '../../../demo/drive/gps';
import { createRandom } from '../../../demo/drive/random';
import { loadStreets } from '../../../demo/drive/loadStreets';
import { planTrip, type Trip } from '../../../demo/drive/trip';
import { ACCELERATION, BRAKING } from '../../../demo/drive/vehicle';

const streets = loadStreets();
const homes = streets.homes(40, 'trips');
const trips = homes.map((home, seed) => ({ home, trip: planTrip(streets, home, createRandom(seed)) }));

function* secondsOf({ drive }: Trip, step: number): Generator<number> {
  for (let seconds = 0; seconds <= drive.durationSeconds + 30; seconds += step) yield seconds;
}

describe('a trip', () => {
  it('begins 2 to 6 km from the home and ends, standing, within 150 m of it', () => {
    for (const { home, trip } of trips) {
      const start = distanceMeters(home, trip.drive.stateAt(0).position);
      expect(start).toBeGreaterThan(1900);
      expect(start).toBeLessThan(6100);
      const end = trip.drive.stateAt(trip.drive.durationSeconds);
      expect(distanceMeters(home, end.position)).toBeLessThan(150);
      expect(end.speedMps).toBeCloseTo(0, 6);
    }
  });

  it('takes minutes, at the average speed of a city, and far less than a journey may', () => {
    for (const { trip } of trips) {
      const { durationSeconds, lengthMeters } = trip.drive;
      const averageKmh = (lengthMeters / durationSeconds) * 3.6;
      expect(averageKmh).toBeGreaterThan(12);
      expect(averageKmh).toBeLessThan(45);
      expect(durationSeconds).toBeLessThan(2400);
    }
  });

  it('never drives above 50 km/h, and accelerates and brakes as a car can', () => {
    const step = 0.1;
    let [fastest, hardestStart, hardestBrake] = [0, 0, 0];
    for (const { trip } of trips) {
      let last = trip.drive.stateAt(0).speedMps;
      for (const seconds of secondsOf(trip, step)) {
        const { speedMps } = trip.drive.stateAt(seconds);
        fastest = Math.max(fastest, speedMps);
        hardestStart = Math.max(hardestStart, (speedMps - last) / step);
        hardestBrake = Math.max(hardestBrake, (last - speedMps) / step);
        last = speedMps;
      }
    }
    expect(fastest * 3.6).toBeGreaterThan(40);
    expect(fastest * 3.6).toBeLessThanOrEqual(50);
    expect(hardestStart).toBeLessThanOrEqual(ACCELERATION + 1e-6);
    expect(hardestBrake).toBeLessThanOrEqual(BRAKING + 1e-6);
  });

  it('moves as far as its speed says, without a jump', () => {
    let longestJumpMeters = 0;
    for (const { trip } of trips) {
      let last = trip.drive.stateAt(0);
      for (const seconds of secondsOf(trip, 0.5)) {
        const state = trip.drive.stateAt(seconds);
        const meters = distanceMeters(last.position, state.position);
        longestJumpMeters = Math.max(
          longestJumpMeters,
          meters - Math.max(last.speedMps, state.speedMps) * 0.5,
        );
        last = state;
      }
    }
    // A car that speeds up and brakes between two looks was faster than at either.
    expect(longestJumpMeters).toBeLessThan(1);
  });

  it('slows down in bends', () => {
    const cornerSpeeds: number[] = [];
    for (const { trip } of trips) {
      let last = trip.drive.stateAt(0);
      for (const seconds of secondsOf(trip, 0.1)) {
        const state = trip.drive.stateAt(seconds);
        const turned = Math.abs(((state.headingDegrees - last.headingDegrees + 540) % 360) - 180);
        if (turned > 80 && turned < 100) cornerSpeeds.push(state.speedMps * 3.6);
        last = state;
      }
    }
    expect(cornerSpeeds.length).toBeGreaterThan(40);
    expect(Math.max(...cornerSpeeds)).toBeLessThan(20);
  });

  it('waits 15 to 40 s at red lights', () => {
    const waits = trips.flatMap(({ trip }) => trip.drive.waits.map((wait) => ({ trip, ...wait })));
    expect(waits.length).toBeGreaterThan(trips.length);
    for (const { trip, fromSeconds, toSeconds } of waits) {
      expect(toSeconds - fromSeconds).toBeGreaterThanOrEqual(15);
      expect(toSeconds - fromSeconds).toBeLessThanOrEqual(40);
      expect(trip.drive.stateAt((fromSeconds + toSeconds) / 2).speedMps).toBe(0);
    }
  });

  it('loses a minute in some drives and not in others, never at their ends', () => {
    const tunnels = trips.flatMap(({ trip }) => (trip.tunnel ? [{ ...trip.tunnel, trip }] : []));
    expect(tunnels.length).toBeGreaterThan(5);
    expect(tunnels.length).toBeLessThan(trips.length * 0.7);
    for (const { fromSeconds, toSeconds, trip } of tunnels) {
      expect(toSeconds - fromSeconds).toBeGreaterThanOrEqual(50);
      expect(toSeconds - fromSeconds).toBeLessThanOrEqual(70);
      expect(fromSeconds).toBeGreaterThanOrEqual(30);
      expect(toSeconds).toBeLessThanOrEqual(trip.drive.durationSeconds - 30);
    }
  });

  it('is the same for the same seed', () => {
    const fixes = (seed: string): unknown[] => {
      const random = createRandom(seed);
      const { drive, tunnel } = planTrip(streets, homes[0]!, random);
      const gps = new Gps(random);
      return [tunnel, ...Array.from({ length: 100 }, (_, i) => gps.fix(drive.stateAt(i * 5), i * 5000))];
    };
    expect(fixes('one')).toEqual(fixes('one'));
    expect(fixes('one')).not.toEqual(fixes('two'));
  });
});

describe('the fixes of a trip', () => {
  it.each([1, 5, 15])('never look faster than 120 km/h to the server, taken each %d s', (step) => {
    let fastestKmh = 0;
    for (const [seed, { trip }] of trips.entries()) {
      const gps = new Gps(createRandom(`gps ${seed}`));
      let last: ReturnType<Gps['fix']> | undefined;
      for (const seconds of secondsOf(trip, step)) {
        const fix = gps.fix(trip.drive.stateAt(seconds), seconds * 1000);
        if (last) {
          const surely = distanceMeters(last, fix) - last.accuracy - fix.accuracy;
          fastestKmh = Math.max(fastestKmh, (surely / step) * 3.6);
        }
        last = fix;
      }
    }
    expect(fastestKmh).toBeLessThanOrEqual(120);
  });

  it('are a few metres off, as far as their accuracy says, and off much like the one before', () => {
    let [count, within, metersOff, metersBetween] = [0, 0, 0, 0];
    for (const [seed, { trip }] of trips.entries()) {
      const gps = new Gps(createRandom(`noise ${seed}`));
      const parked = trip.drive.stateAt(Infinity);
      let last: ReturnType<Gps['fix']> | undefined;
      for (let ms = 0; ms < 600_000; ms += 5000) {
        const fix = gps.fix(parked, ms);
        expect(fix.accuracy).toBeGreaterThanOrEqual(4);
        expect(fix.accuracy).toBeLessThanOrEqual(15);
        const meters = distanceMeters(parked.position, fix);
        count += 1;
        within += meters <= fix.accuracy ? 1 : 0;
        metersOff += meters;
        metersBetween += last ? distanceMeters(last, fix) : 0;
        last = fix;
      }
    }
    expect(within / count).toBeGreaterThan(0.92);
    expect(within / count).toBeLessThan(0.98);
    expect(metersOff / count).toBeGreaterThan(2);
    expect(metersOff / count).toBeLessThan(6);
    expect(metersBetween).toBeLessThan(0.9 * metersOff);
  });

  it('have a heading and a speed while driving, and no heading while standing', () => {
    for (const [seed, { trip }] of trips.entries()) {
      const gps = new Gps(createRandom(`compass ${seed}`));
      for (const seconds of secondsOf(trip, 5)) {
        const state = trip.drive.stateAt(seconds);
        const fix = gps.fix(state, seconds * 1000);
        if (state.speedMps === 0) expect([fix.heading, fix.speed]).toEqual([null, 0]);
        if (state.speedMps <= 1) continue;
        expect(fix.heading).toBeGreaterThanOrEqual(0);
        expect(fix.heading).toBeLessThan(360);
        expect(Math.abs(fix.speed - state.speedMps)).toBeLessThan(1);
      }
    }
  });
});
