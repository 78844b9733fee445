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

  const storeOf = () =>
    new RedisNoShowStore(domain.live.scripts, domain.live.keys, { eventsOn: true, outboxMaxLength: 1000 });
  /** Of another process each time. */
  const searchOf = (onError: () => void = () => undefined): NoShowSearch =>
    new NoShowSearch({
      store: storeOf(),
      sessions: domain.database.unattended,
      noShowMs: domain.live.policy.alertNoShowMs,
      onAlert: () => undefined,
      onError,
    });
  /** The time of the next turn comes at once. */
  const skipWait = () => domain.live.redis.hset(domain.live.keys.noShowSearch(), 'nextAt', 0);
  const search = async (): Promise<void> => {
    await skipWait();
    await searchOf().search();
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

  it.each<[string, () => void]>([
    ['the read of the database', () => domain.proxy.inject({ kind: 'hold' })],
    [
      'the reply to its claim',
      () => proxy.inject({ kind: 'cutAfter', when: callsScript('noShowClaim'), times: 1 }),
    ],
  ])(
    'goes on with its turn a second after a failure of %s, while the others wait for theirs',
    async (_, fail) => {
      const session = await domain.book({ scheduledAt: Date.now() - 16 * 60_000 });
      await skipWait();
      let failures = 0;
      const failing = searchOf(() => {
        failures += 1;
        for (const each of [proxy, domain.proxy]) each.heal();
      });
      fail();
      failing.start(0);
      try {
        await eventually('it fails', () => failures > 0);
        expect(await searchOf().search()).toBeGreaterThan(30_000);
        await eventually('the session is found', () => isRaised(session).catch(() => false));
      } finally {
        await failing.stop();
      }
      expect(await searchOf().search()).toBeGreaterThan(30_000);
    },
    30_000,
  );

  it('takes its turn again neither later than the next one nor from another process', async () => {
    const { redis, keys } = domain.live;
    const nextAt = () => redis.hget(keys.noShowSearch(), 'nextAt');
    const claim = async (turn: string) => (await storeOf().claimTurn(turn, 60_000)).kind;
    await skipWait();
    expect(await claim('one')).toBe('CLAIMED');
    const before = await nextAt();
    expect(await claim('one')).toBe('CLAIMED');
    expect(await claim('another')).toBe('WAIT');
    expect(await nextAt()).toBe(before);
    await skipWait();
    expect(await claim('another')).toBe('CLAIMED');
    expect(await claim('one')).toBe('WAIT');
  });
});
