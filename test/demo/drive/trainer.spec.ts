import { distanceMeters } from '../../../src/domain/geo';
import { noCounts } from '../../../demo/drive/counts';
import { Fleet } from '../../../demo/drive/fleet';
import { createRandom } from '../../../demo/drive/random';
import { loadStreets } from '../../../demo/drive/loadStreets';
import { Trainer } from '../../../demo/drive/trainer';
import { refusal, ScriptedService } from './scriptedService';
import { VirtualClock } from './virtualClock';

const streets = loadStreets();
const homes = streets.homes(50, 'sessions');
const HOUR_MS = 3_600_000;

function setOut(seed: string) {
  const clock = new VirtualClock();
  const service = new ScriptedService(clock, homes);
  const counts = noCounts(1);
  const trainer = new Trainer({
    transport: service,
    nextAssignment: service.nextAssignment,
    streets,
    clock,
    counts,
    random: createRandom(seed),
  });
  const leaving = new AbortController();
  const ended = trainer.run(leaving.signal);
  return { clock, service, counts, end: () => (leaving.abort(), ended) };
}

describe('a trainer', () => {
  it('drives to one home after the other, sends each 5 s and marks each arrival at the door', async () => {
    const { clock, service, counts, end } = setOut('a day');
    await clock.pass(2 * HOUR_MS);
    await end();

    expect(counts.arrived).toBeGreaterThan(4);
    expect(counts).toMatchObject({
      outages: 0,
      rateLimited: 0,
      refusedFixes: 0,
      left: 0,
      stopped: 0,
      active: 0,
    });
    expect(counts.started - counts.arrived).toBeLessThanOrEqual(1);
    const arrivals = service.of('arrive');
    expect(arrivals.map((call) => call.sessionId)).toEqual(arrivals.map((_, index) => String(index)));
    for (const { sessionId, atMs, fixes } of arrivals) {
      const last = service.of('update', 'batch').findLast((call) => call.sessionId === sessionId)!;
      expect(atMs - last.atMs).toBeLessThanOrEqual(5000);
      expect(fixes.length).toBe(1);
      for (const fix of [...fixes, last.fixes.at(-1)!])
        expect(distanceMeters(fix, service.homeOf(sessionId))).toBeLessThan(150);
    }
    const sendings = service.of('update', 'batch');
    const shortestMs = Math.min(...sendings.slice(1).map((call, i) => call.atMs - sendings[i]!.atMs));
    expect(shortestMs).toBe(5000);
  });

  it('is silent for a lost minute and then sends its fixes as one batch, in order', async () => {
    const { clock, service, counts, end } = setOut('tunnels');
    await clock.pass(3 * HOUR_MS);
    await end();

    const batches = service.of('batch');
    expect(batches.length).toBeGreaterThan(1);
    expect(counts.batches).toBe(batches.length);
    for (const batch of batches) {
      const times = batch.fixes.map((fix) => fix.capturedAtMs);
      expect(times.length).toBeGreaterThanOrEqual(10);
      expect(times.slice(1).map((time, i) => time - times[i]!)).toEqual(times.slice(1).map(() => 5000));
      // The phone has a network again between two fixes, and sends at once.
      expect(batch.sentAtMs! - times.at(-1)!).toBeGreaterThanOrEqual(0);
      expect(batch.sentAtMs! - times.at(-1)!).toBeLessThan(5000);
      const before = service.of('update').findLast((call) => call.atMs < batch.atMs)!;
      expect(batch.atMs - before.atMs).toBeGreaterThanOrEqual(50_000);
    }
  });

  it('drives the same way for the same seed', async () => {
    const fixesOf = async (seed: string) => {
      const { clock, service, end } = setOut(seed);
      await clock.pass(HOUR_MS / 3);
      await end();
      return service.of('update', 'batch').map(({ sessionId, fixes }) => ({ sessionId, fixes }));
    };
    expect(await fixesOf('same')).toEqual(await fixesOf('same'));
  });

  it('sends at the pace that the service asks for', async () => {
    const { clock, service, end } = setOut('slow');
    service.nextUpdateMs = 15_000;
    await clock.pass(120_000);
    await end();
    const times = service.of('update', 'batch').map((call) => call.atMs);
    expect(times.length).toBe(9);
    expect(times.slice(1).map((time, i) => time - times[i]!)).toEqual(times.slice(1).map(() => 15_000));
  });

  it('waits as long as a 429 says, and then sends what it kept', async () => {
    const { clock, service, counts, end } = setOut('too often');
    service.refuse = ({ act }) =>
      act === 'update' && service.of('update').length === 3 ? refusal('RATE_LIMITED', 7300) : undefined;
    await clock.pass(60_000);
    await end();
    const refused = service.calls.findIndex((call) => call.refusedWith === 'RATE_LIMITED');
    const next = service.calls[refused + 1]!;
    // Up to a quarter more, so that not all phones return at once.
    expect(next.atMs - service.calls[refused]!.atMs).toBeGreaterThanOrEqual(7300);
    expect(next.atMs - service.calls[refused]!.atMs).toBeLessThanOrEqual(7300 * 1.25);
    expect(next).toMatchObject({ act: 'batch', refusedWith: undefined });
    expect(next.fixes.length).toBe(2);
    expect(counts).toMatchObject({ rateLimited: 1, outages: 0 });
  });

  it.each(['STORE_UNAVAILABLE', 'NETWORK', 'INTERNAL_SERVER_ERROR'] as const)(
    'lives through five minutes of %s: backs off, keeps its fixes, and arrives',
    async (code) => {
      const { clock, service, counts, end } = setOut('outage');
      await clock.pass(60_000);
      service.refuse = () => refusal(code);
      await clock.pass(300_000);
      const tries = service.calls.filter((call) => call.refusedWith);
      service.refuse = () => undefined;
      await clock.pass(HOUR_MS);
      await end();

      expect(tries.length).toBeGreaterThan(5);
      // After three longer and longer waits a fix is tried again at the interval of fixes.
      expect(tries.length).toBeLessThan(150);
      expect(counts.outages).toBe(tries.length);
      const accepted = service
        .of('update', 'batch')
        .filter((call) => call.sessionId === '0' && !call.refusedWith);
      const times = accepted.flatMap((call) => call.fixes.map((fix) => fix.capturedAtMs));
      const gaps = times.slice(1).map((time, i) => time - times[i]!);
      expect(Math.min(...gaps)).toBe(5000);
      expect(Math.max(...gaps)).toBeLessThan(10_000);
      expect(service.of('arrive').map((call) => call.sessionId)).toContain('0');
      expect(counts.left).toBe(0);
    },
  );

  it('keeps no more fixes than a batch may hold', async () => {
    const { clock, service, end } = setOut('long outage');
    service.refuse = ({ act }) => (act === 'start' ? undefined : refusal('STORE_UNAVAILABLE'));
    await clock.pass(900_000);
    await end();
    expect(Math.max(...service.calls.map((call) => call.fixes.length))).toBe(100);
  });

  it('asks again for a start that nobody answered, with the same request id', async () => {
    const { clock, service, counts, end } = setOut('lost start');
    service.refuse = ({ act }) =>
      act === 'start' && service.of('start').length < 3 ? refusal('NETWORK') : undefined;
    await clock.pass(60_000);
    await end();
    const starts = service.of('start');
    expect(starts.length).toBe(4);
    expect(new Set(starts.map((call) => call.clientRequestId)).size).toBe(1);
    expect(counts).toMatchObject({ started: 1, outages: 3 });
    expect(service.of('update').length).toBeGreaterThan(5);
  });

  it('resumes a journey that was started before', async () => {
    const { clock, service, counts, end } = setOut('resumed');
    service.refuse = ({ act }) => (act === 'start' ? refusal('JOURNEY_ALREADY_STARTED') : undefined);
    await clock.pass(60_000);
    await end();
    expect(counts).toMatchObject({ started: 0, resumed: 1 });
    expect(service.of('update').length).toBeGreaterThan(5);
  });

  it.each(['JOURNEY_ENDED', 'JOURNEY_NOT_ACTIVE'] as const)(
    'moves on to its next session after %s',
    async (code) => {
      const { clock, service, counts, end } = setOut('ended');
      service.refuse = ({ act, sessionId }) =>
        act === 'update' && sessionId === '0' && service.of('update').length === 4
          ? refusal(code)
          : undefined;
      await clock.pass(180_000);
      await end();
      expect(service.of('update').filter((call) => call.sessionId === '0').length).toBe(5);
      expect(service.of('start').map((call) => call.sessionId)).toEqual(['0', '1']);
      expect(counts.left).toBe(1);
    },
  );

  it('passes over a session that cannot start', async () => {
    const { clock, service, end } = setOut('not startable');
    service.refuse = ({ act, sessionId }) =>
      act === 'start' && sessionId === '0' ? refusal('SESSION_NOT_STARTABLE') : undefined;
    await clock.pass(120_000);
    await end();
    expect(service.of('update').every((call) => call.sessionId === '1')).toBe(true);
    expect(service.of('update').length).toBeGreaterThan(5);
  });

  it('drives on after a fix that the service refused', async () => {
    const { clock, service, counts, end } = setOut('refused fix');
    service.refuse = ({ act }) =>
      act === 'update' && service.of('update').length === 4 ? refusal('LOCATION_IMPLAUSIBLE') : undefined;
    await clock.pass(60_000);
    await end();
    expect(counts.refusedFixes).toBe(1);
    expect(service.of('update').length).toBe(13);
    expect(service.of('batch')).toEqual([]);
  });

  it('stops the journey when the service never sees it at the door', async () => {
    const { clock, service, counts, end } = setOut('wrong address');
    service.extraMeters = 400;
    await clock.pass(HOUR_MS);
    await end();
    expect(service.of('arrive')).toEqual([]);
    expect(service.of('stop').length).toBeGreaterThan(0);
    expect(counts.stopped).toBe(service.of('stop').length);
  });
});

describe('a fleet', () => {
  it('spreads its trainers over the interval, reports its counts, and stops at once', async () => {
    const clock = new VirtualClock();
    const services = homes.map(() => new ScriptedService(clock, homes));
    const members = services.map((service, i) => ({
      trainerId: `trainer-${i}`,
      transport: service,
      nextAssignment: service.nextAssignment,
    }));
    const fleet = new Fleet({ members, streets, seed: 1, clock });
    const ended = fleet.start();
    await clock.pass(90_000);
    expect(fleet.counts().started).toBeGreaterThanOrEqual(50);
    expect(fleet.counts().active).toBeGreaterThan(40);
    expect(fleet.counts()).toMatchObject({ trainers: 50, outages: 0, left: 0 });

    const phases = services.map((service) => service.of('start')[0]!.atMs % 5000);
    const perSecond = [0, 1, 2, 3, 4].map((s) => phases.filter((ms) => Math.floor(ms / 1000) === s).length);
    expect(perSecond).toEqual([10, 10, 10, 10, 10]);

    await fleet.stop();
    await ended;
    expect(fleet.counts().active).toBe(0);
    const calls = services.reduce((sum, service) => sum + service.calls.length, 0);
    await clock.pass(60_000);
    expect(services.reduce((sum, service) => sum + service.calls.length, 0)).toBe(calls);
  });
});
