import { SignJWT } from 'jose';

import { startRedis } from '../../demo/stores/redis';
import { BuiltServer } from '../faults/builtServer';
import { eventually } from '../faults/eventually';
import { scrape } from '../metrics/scrape';
import { freePort } from '../support/freePort';
import { OsrmStandIn } from '../support/osrm';
import { build } from '../support/program';
import { HOME, metersFromHome, TestService, type Actor } from '../support/service';

const SETTINGS = {
  ROUTER_INTERVAL_MS: '300',
  ROUTER_TIMEOUT_MS: '200',
  ROUTER_FRESH_MS: '3000',
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '0',
};
const QUERY = `query ($sessionId: ID!) {
  liveLocation(sessionId: $sessionId) { state version eta { arrivesAt earliestAt latestAt source } location { latitude } }
}`;

const etaOf = async (student: Actor, sessionId: string) => {
  const { data } = await student.ask(QUERY, { sessionId });
  return data.liveLocation.eta as { arrivesAt: string; source: string } | null;
};

describe('A service with a road router', () => {
  it("shows the router's ETA, and its own estimate a while after the router was killed", async () => {
    const osrm = await OsrmStandIn.start();
    osrm.travelSeconds = () => 1500;
    const metricsPort = await freePort();
    const service = await TestService.start({
      ...SETTINGS,
      ROUTER_URL: `osrm+${osrm.url}`,
      METRICS_PORT: String(metricsPort),
      LOG_LEVEL: 'info',
    });
    try {
      const { id, trainer, student } = await service.book();
      await trainer.start(id);
      let meters = 5000;
      const sourceAfterUpdate = async (): Promise<string | undefined> => {
        const { errors } = await trainer.update(id, { ...metersFromHome((meters -= 0.5)), accuracy: 5 });
        expect(errors).toBeUndefined();
        return (await etaOf(student, id))?.source;
      };
      // Calls that were too slow on a busy machine open the breaker for some seconds, in which the answer gets too old.
      await eventually('the router is shown', async () => (await sourceAfterUpdate()) === 'ROUTER', 20_000);
      const eta = (await etaOf(student, id))!;
      expect(Date.parse(eta.arrivesAt) - Date.now()).toBeGreaterThan(1_480_000);

      await osrm.stop();
      const killedAt = performance.now();
      await eventually('the estimate is shown', async () => (await sourceAfterUpdate()) === 'ESTIMATE');
      expect(performance.now() - killedAt).toBeLessThan(4000);
      expect(Date.parse((await etaOf(student, id))!.arrivesAt) - Date.now()).toBeLessThan(700_000);

      const metrics = await scrape(metricsPort);
      expect(metrics.value('journey_router_calls_total', { result: 'ok' })).toBeGreaterThan(0);
      expect(metrics.value('journey_router_call_duration_seconds_count')).toBeGreaterThan(0);
      expect(metrics.value('journey_router_away')).toBeDefined();
      const lines = service.log.filter((line) => line.includes('router'));
      expect(lines.join()).not.toMatch(/52\.5|13\.4|session-/);
      for (const { path } of osrm.requests) expect(path).not.toContain(id);
    } finally {
      await service.stop();
      await osrm.stop();
    }
  }, 40_000);

  it('gives the turn of a process that was killed during its call to another one', async () => {
    build();
    const osrm = await OsrmStandIn.start();
    const service = await TestService.start({ EVENTS: 'off' });
    // Built processes use keys without a prefix.
    const redis = await startRedis();
    const env = {
      ...SETTINGS,
      ROUTER_FRESH_MS: '60000',
      REDIS_URL: redis.url,
      DATABASE_URL: service.database.url,
      EVENTS: 'off',
      ROUTER_URL: `osrm+${osrm.url}`,
    };
    const first = await BuiltServer.start(env);
    const second = await BuiltServer.start({ ...env, ROUTER_URL: '' });
    try {
      const { id, session } = await service.book();
      const ask = async (sub: string, role: string, query: string, variables: object) => {
        const token = await new SignJWT({ role })
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject(sub)
          .setExpirationTime('1h')
          .sign(second.secret);
        const response = await fetch(`${second.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query, variables }),
        });
        return (await response.json()) as { data: any };
      };
      osrm.fault = 'hang';
      await ask(session.trainerId, 'trainer', 'mutation ($id: ID!) { startJourney(sessionId: $id) { id } }', {
        id,
      });
      await ask(
        session.trainerId,
        'trainer',
        'mutation ($id: ID!, $location: LocationInput!) { updateLocation(sessionId: $id, location: $location) { version } }',
        { id, location: { ...metersFromHome(5000), accuracy: 5 } },
      );
      await eventually('the first process asks', () => osrm.requests.length > 0, 20_000);
      await first.kill();
      osrm.fault = null;
      const third = await BuiltServer.start(env);
      try {
        await eventually('the next process publishes the answer', async () => {
          const { data } = await ask(session.studentId, 'student', QUERY, { sessionId: id });
          return data.liveLocation.eta?.source === 'ROUTER';
        });
      } finally {
        await third.kill();
      }
      expect(osrm.requests.every(({ path }) => path.includes(`;${HOME.longitude},${HOME.latitude}`))).toBe(
        true,
      );
    } finally {
      await Promise.all([first.kill(), second.kill()]);
      await osrm.stop();
      await service.stop();
      await redis.stop();
    }
  }, 60_000);
});
