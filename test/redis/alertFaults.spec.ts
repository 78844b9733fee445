import { setTimeout as sleep } from 'node:timers/promises';

import { Watchdog } from '../../src/domain/watchdog';
import { callsScript, FaultProxy, type FaultKind } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { TestStore } from '../support/store';
import { AgedDrive } from './agedDrive';

const kinds: FaultKind[] = ['cutBefore', 'cutAfter', 'swallowReply', 'delayReply', 'hold', 'holdAndCut'];

describe('A sweep whose connection fails in the middle', () => {
  let proxy: FaultProxy;
  let broken: TestStore;

  beforeAll(async () => {
    proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    broken = await TestStore.open({}, proxy.redisUrl);
  });
  afterAll(async () => {
    proxy.heal();
    await broken.close();
    await proxy.stop();
  });

  it.each(kinds)(
    'raises each alert once, with one event, together with the sweeps after it: %s',
    async (kind) => {
      const drive = new AgedDrive(broken);
      await drive.start(Date.now() + 3_600_000);
      await drive.age(125_000);
      const watchdog = new Watchdog({
        sweeps: broken.sweeps,
        store: broken.store,
        onChange: () => undefined,
        onError: () => undefined,
      });
      proxy.inject({ kind, when: callsScript('alerts'), times: 1, delayMs: 5500 });
      await watchdog.sweep().catch(() => undefined);
      expect(proxy.affectedRequests).toBe(1);
      proxy.heal();
      for (
        let tries = 0;
        tries < 50 && !(await drive.raised().catch((): string[] => [])).includes('SIGNAL_LOST');
        tries += 1
      ) {
        await sleep(200);
        await watchdog.sweep().catch(() => undefined);
      }
      await watchdog.sweep();
      expect(await drive.raised()).toEqual(['SIGNAL_LOST']);
      const entries = await broken.redis.xrange(broken.keys.events(drive.partition), '-', '+');
      const alerts = entries.filter(([, fields]) => fields.includes(drive.id) && fields.includes('ALERT'));
      expect(alerts).toHaveLength(1);
      await drive.stop();
    },
    60_000,
  );
});
