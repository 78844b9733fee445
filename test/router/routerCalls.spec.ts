import { OsrmRouter } from '../../src/router/osrmRouter';
import { CONCURRENT_CALLS, RouterCalls, type RouterCall } from '../../src/router/routerCalls';
import { OsrmStandIn } from '../support/osrm';

const HOME = { latitude: 52.52, longitude: 13.405 };

describe('Calls to the router', () => {
  let osrm: OsrmStandIn;
  let calls: RouterCalls;
  let made: RouterCall[];
  let changes: string[];
  beforeEach(async () => {
    osrm = await OsrmStandIn.start();
    made = [];
    changes = [];
    calls = callsWithin(5000);
  });
  afterEach(async () => {
    calls.stop();
    await osrm.stop();
  });

  const callsWithin = (timeoutMs: number) =>
    new RouterCalls({
      router: new OsrmRouter(osrm.url),
      timeoutMs,
      onCall: (call) => made.push(call),
      onUnavailable: ({ failure }) => changes.push(`away: ${failure}`),
      onAvailable: () => changes.push('back'),
    });
  const ask = () => calls.travelSeconds(HOME, HOME);
  const results = () => made.map(({ result }) => result);

  it('answer the travel time, or null for whatever reason there is none', async () => {
    await expect(ask()).resolves.toBe(600);
    osrm.fault = 'noRoute';
    await expect(ask()).resolves.toBeNull();
    osrm.fault = 'error';
    await expect(ask()).resolves.toBeNull();
    expect(results()).toEqual(['ok', 'no_route', 'refused']);
  });

  it('end at their deadline', async () => {
    calls = callsWithin(200);
    osrm.fault = 'hang';
    await expect(ask()).resolves.toBeNull();
    expect(results()).toEqual(['timeout']);
    expect(made[0]!.seconds).toBeGreaterThan(0.15);
    expect(made[0]!.seconds).toBeLessThan(1);
  });

  it('count how many more may begin', async () => {
    osrm.latencyMs = 50;
    const asked = Array.from({ length: CONCURRENT_CALLS }, ask);
    expect(calls.free).toBe(0);
    await calls.callEnded();
    expect(calls.free).toBeGreaterThan(0);
    await Promise.all(asked);
    expect(calls.free).toBe(CONCURRENT_CALLS);
  });

  it('stop after five failures in a row, and begin again with one call after five seconds', async () => {
    osrm.fault = 'garbage';
    for (let call = 0; call < 5; call += 1) await ask();
    expect(calls.isUnavailable).toBe(true);
    expect(calls.free).toBe(0);
    expect(changes).toEqual(['away: INVALID']);
    osrm.fault = null;

    const deadline = Date.now() + 10_000;
    while (calls.free === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls.free).toBe(1);
    const asked = ask();
    expect(calls.free).toBe(0);
    await expect(asked).resolves.toBe(600);
    expect(calls.free).toBe(CONCURRENT_CALLS);
    expect(changes).toEqual(['away: INVALID', 'back']);
  });

  it('do not take a home without a road for a failure of the router', async () => {
    osrm.fault = 'noRoute';
    for (let call = 0; call < 6; call += 1) await ask();
    expect(calls.isUnavailable).toBe(false);
  });

  it('end at once when the process stops, and are not counted then', async () => {
    osrm.fault = 'hang';
    const asked = ask();
    calls.stop();
    await expect(asked).resolves.toBeNull();
    expect(made).toEqual([]);
  });
});
