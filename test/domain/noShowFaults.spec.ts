import type { AlertChange } from '../../src/domain/alert';
import { NoShowSearch } from '../../src/domain/noShows';
import type { Session } from '../../src/domain/session';
import { partitionOf } from '../../src/redis/keys';
import { RedisNoShowStore } from '../../src/redis/noShowStore';
import type { ScriptName } from '../../src/redis/scripts';
import { eventually } from '../faults/eventually';
import { studentOf, TestDomain, trainerOf } from '../support/domain';
import { callsScript, FaultProxy, type FaultKind } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';

/** Those after which the next attempt need not wait for a timeout. */
const quickKinds: FaultKind[] = ['cutBefore', 'cutAfter', 'holdAndCut'];
const kindsOf: readonly (readonly [ScriptName, readonly FaultKind[]])[] = [
  ['noShow', [...quickKinds, 'swallowReply', 'delayReply', 'hold']],
  ['noShowClaim', quickKinds],
  ['unattended', quickKinds],
  ['noShowSearched', quickKinds],
];

describe('A search for NO_SHOWs whose connection to Redis fails', () => {
  let proxy: FaultProxy;
  let domain: TestDomain;
  beforeAll(async () => {
    proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    domain = await TestDomain.open(proxy.redisUrl);
  });
  afterAll(async () => {
    proxy.heal();
    await domain.close();
    await proxy.stop();
  });

  /** By another process each time, whose turn comes at once. */
  const search = async (): Promise<void> => {
    const { live, database } = domain;
    await live.redis.hset(live.keys.noShowSearch(), 'nextAt', 0);
    const { scripts, keys, policy } = live;
    const raised: AlertChange[] = [];
    await new NoShowSearch({
      store: new RedisNoShowStore(scripts, keys, { eventsOn: true, outboxMaxLength: 1000 }),
      sessions: database.unattended,
      noShowMs: policy.alertNoShowMs,
      onAlert: (change) => raised.push(change),
      onError: () => undefined,
    }).search();
  };
  const isRaised = async (session: Session): Promise<boolean> =>
    (await domain.journeys().liveLocation(studentOf(session), session.id)).alerts.includes('NO_SHOW');

  it.each(kindsOf.flatMap(([step, kinds]) => kinds.map((kind) => [step, kind] as const)))(
    'raises each once, with one event, together with the searches after it: %s, %s',
    async (step, kind) => {
      const missed = await domain.book({ scheduledAt: Date.now() - 16 * 60_000 });
      const stopped = await domain.book({ scheduledAt: Date.now() - 16 * 60_000 });
      await domain.journeys().start(trainerOf(stopped), stopped.id);
      await domain.journeys().stop(trainerOf(stopped), stopped.id);

      proxy.inject({ kind, when: callsScript(step), times: 1, delayMs: 5500 });
      await search().catch(() => undefined);
      expect(proxy.affectedRequests).toBe(1);
      proxy.heal();
      await eventually(
        'both are raised',
        async () => {
          await search().catch(() => undefined);
          return (await isRaised(missed).catch(() => false)) && (await isRaised(stopped).catch(() => false));
        },
        20_000,
      );
      await search();
      for (const { id } of [missed, stopped]) {
        const entries = await domain.live.redis.xrange(domain.live.keys.events(partitionOf(id)), '-', '+');
        const alerts = entries.filter(([, fields]) => fields.includes(id) && fields.includes('NO_SHOW'));
        expect(alerts).toHaveLength(1);
      }
    },
    60_000,
  );
});
