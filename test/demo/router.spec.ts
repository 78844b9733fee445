import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadStreets } from '../../demo/drive/loadStreets';
import { createRandom } from '../../demo/drive/random';
import { planTrip } from '../../demo/drive/trip';
import { createRouterServer } from '../../demo/router/server';
import { startRouter } from '../../demo/router/startRouter';
import { travelSeconds } from '../../demo/router/travelTime';
import type { GeoPoint } from '../../src/domain/geo';
import { OsrmRouter } from '../../src/router/osrmRouter';

const streets = loadStreets();

describe("The road router of the demo's town", () => {
  it('fits the simulated vehicles, wherever they are on their way', () => {
    const shares = streets.homes(15, 'router').flatMap((home, at) => {
      const { drive } = planTrip(
        streets,
        home,
        createRandom(`router ${at}`),
        at % 6 ? 'ORDINARY' : 'MOTORWAY',
      );
      return [0, 0.25, 0.5, 0.75].map((share) => {
        const { position } = drive.stateAt(share * drive.durationSeconds);
        return ((1 - share) * drive.durationSeconds) / travelSeconds(streets, position, home);
      });
    });
    shares.sort((a, b) => a - b);
    const quantile = (share: number) => shares[Math.floor(share * shares.length)]!;
    expect(quantile(0.5)).toBeGreaterThan(0.93);
    expect(quantile(0.5)).toBeLessThan(1.07);
    // The interval that is shown for a router's answer.
    const inside = shares.filter((share) => share >= 0.8 && share <= 1.35).length;
    expect(inside / shares.length).toBeGreaterThan(0.8);
  });

  it("answers the service's own adapter, and refuses what it does not serve", async () => {
    const server = createRouterServer(streets).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [from, to] = streets.homes(2, 'two') as [GeoPoint, GeoPoint];
    const seconds = await new OsrmRouter(url).travelSeconds(from, to, AbortSignal.timeout(5000));
    expect(seconds).toBeCloseTo(travelSeconds(streets, from, to), 0);
    for (const path of [
      '/',
      '/route/v1/driving/0,0',
      '/route/v1/driving/x,y;1,2',
      '/route/v1/driving/0,91;0,0',
    ]) {
      expect((await fetch(url + path)).status).toBe(400);
    }
    server.close();
    server.closeAllConnections();
  });

  it('runs in a process of its own, which can be killed', async () => {
    const router = await startRouter();
    const [from, to] = streets.homes(2, 'two') as [GeoPoint, GeoPoint];
    const ask = () => new OsrmRouter(router.url).travelSeconds(from, to, AbortSignal.timeout(5000));
    await expect(ask()).resolves.toBeGreaterThan(60);
    process.kill(router.pid, 'SIGKILL');
    await expect(ask()).rejects.toMatchObject({ failure: 'UNREACHABLE' });
    await router.stop();
  });
});
