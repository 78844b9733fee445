import { distanceMeters } from '../../../src/domain/geo';
import type { DriveCondition } from '../../../demo/drive/condition';
import { noCounts } from '../../../demo/drive/counts';
import { createRandom } from '../../../demo/drive/random';
import { loadStreets } from '../../../demo/drive/loadStreets';
import { Trainer } from '../../../demo/drive/trainer';
import { planTrip } from '../../../demo/drive/trip';
import { ScriptedService } from './scriptedService';
import { VirtualClock } from './virtualClock';

const streets = loadStreets();
const homes = streets.homes(20, 'conditions');

/** An hour of a trainer whose drives are like this. */
async function anHour(condition: DriveCondition) {
  const clock = new VirtualClock();
  const service = new ScriptedService(clock, homes);
  const counts = noCounts(1);
  const random = createRandom(condition);
  const { nextAssignment } = service;
  const trainer = new Trainer({
    transport: service,
    nextAssignment,
    streets,
    clock,
    counts,
    random,
    condition,
  });
  const leaving = new AbortController();
  const ended = trainer.run(leaving.signal);
  await clock.pass(3_600_000);
  leaving.abort();
  await ended;
  expect(counts.arrived).toBeGreaterThan(1);
  return service;
}

describe('A drive under a condition', () => {
  it('begins with three fixes of another place at a cold start, and not later', async () => {
    const service = await anHour('COLD_START');
    const [first] = service.of('start');
    const fixes = service
      .of('update', 'batch')
      .filter(({ sessionId }) => sessionId === first!.sessionId)
      .flatMap((call) => call.fixes);
    const steps = fixes.slice(1).map((fix, at) => distanceMeters(fixes[at]!, fix));
    expect(steps[2]!).toBeGreaterThan(1000);
    expect(Math.max(...steps.slice(0, 2), ...steps.slice(3))).toBeLessThan(1000);
  });

  it('comes along a motorway at 130 to 147 km/h, without a jump, and ends at the home', () => {
    for (const [seed, home] of homes.entries()) {
      const { drive } = planTrip(streets, home, createRandom(`motorway ${seed}`), 'MOTORWAY');
      let fastest = 0;
      let last = drive.stateAt(0);
      for (let second = 1; second <= drive.durationSeconds; second += 1) {
        const state = drive.stateAt(second);
        fastest = Math.max(fastest, state.speedMps * 3.6);
        const most = Math.max(state.speedMps, last.speedMps) + 2;
        expect(distanceMeters(last.position, state.position)).toBeLessThanOrEqual(most);
        last = state;
      }
      expect(fastest).toBeGreaterThan(130);
      expect(fastest).toBeLessThanOrEqual(147);
      expect(distanceMeters(last.position, home)).toBeLessThan(150);
      expect(drive.durationSeconds).toBeLessThan(2400);
    }
  });

  it('sends each request up to 8 s late on a slow uplink', async () => {
    const service = await anHour('SLOW_UPLINK');
    const delays = service.of('update', 'batch').map(({ atMs, sentAtMs }) => atMs - sentAtMs!);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(500);
    expect(Math.max(...delays)).toBeGreaterThan(7000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(8000);
  });
});
