import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

import { startRedis } from '../../src/demo/stores/redis';
import type { EmbeddedStore } from '../../src/demo/stores/store';
import { TestService } from '../support/service';
import {
  arrange,
  FAULT_SETTINGS,
  journeyInRedis,
  judge,
  operations,
  persistently,
  type Scene,
} from './operations';

const TIMEOUT_MS = 200;

describe('A Redis that fails is never an answer', () => {
  let store: EmbeddedStore;
  let direct: Redis;
  let service: TestService;
  beforeAll(async () => {
    store = await startRedis({ args: ['--enable-debug-command', 'yes', '--maxmemory-policy', 'noeviction'] });
    direct = new Redis(store.url, { maxRetriesPerRequest: null });
    direct.on('error', () => undefined);
    service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: store.url,
      REDIS_TIMEOUT_MS: String(TIMEOUT_MS),
    });
  });
  afterAll(async () => {
    await service.stop();
    direct.disconnect();
    await store.stop();
  });

  /** Every operation at once, each on a session of its own, while `fault` lasts. */
  async function during(
    fault: () => Promise<() => Promise<void>>,
  ): Promise<{ verdicts: unknown[]; scenes: Scene[] }> {
    const scenes = await Promise.all(operations.map((operation) => arrange(service, operation)));
    const end = await fault();
    const answers = await Promise.all(operations.map((operation, at) => operation.act(scenes[at]!)));
    await end();
    return {
      scenes,
      verdicts: operations.map((operation, at) => judge(operation, scenes[at]!, answers[at]!)),
    };
  }

  const states = (scenes: readonly Scene[]) =>
    Promise.all(scenes.map((scene) => journeyInRedis(direct, service.keys, scene)));
  const isRight = (verdict: unknown) => verdict === 'right';
  const allUnavailable = operations.map(() => 'unavailable');

  it('stopped (SIGSTOP), and going on just after the callers were told', async () => {
    let before: string[] = [];
    const { scenes, verdicts } = await during(async () => {
      process.kill(store.pid, 'SIGSTOP');
      return async () => void process.kill(store.pid, 'SIGCONT');
    });
    expect(verdicts).toEqual(allUnavailable);
    await sleep(200);
    // Nothing of what lay in its sockets has run.
    before = await states(scenes);
    operations.forEach((operation, at) => {
      const [active, ended, location] = JSON.parse(before[at]!) as Record<string, string>[];
      expect(active!['id'] ?? null).toBe(scenes[at]!.journeyId);
      expect(ended).toEqual({});
      expect(location!['latitude'] !== undefined).toBe(operation.underway);
      if (operation.underway) expect(active!['version']).toBe('2');
    });
    for (const [at, operation] of operations.entries()) {
      const answer = await persistently(() => operation.act(scenes[at]!));
      expect(judge(operation, scenes[at]!, answer)).toBe('right');
    }
  });

  it('killed, and back without what it held', async () => {
    const { scenes, verdicts } = await during(async () => {
      process.kill(store.pid, 'SIGKILL');
      return () => store.resume();
    });
    expect(verdicts).toEqual(allUnavailable);
    // What it held is lost, and that is what is told: the session can be started anew, and the poll goes on.
    const { student, trainer, id } = scenes[0]!;
    const poll = await persistently(() => student.poll(id));
    expect(poll.data.liveLocation).toMatchObject({ state: 'NOT_STARTED', pollAfterMs: 30_000 });
    const started = await persistently(() => trainer.start(id));
    expect(started.data.startJourney).toMatchObject({ state: 'EN_ROUTE' });
  });

  it('turned into a replica (READONLY)', async () => {
    const { scenes, verdicts } = await during(async () => {
      await direct.call('REPLICAOF', '127.0.0.1', '1');
      return async () => void (await direct.call('REPLICAOF', 'NO', 'ONE'));
    });
    expect(verdicts.filter((verdict) => !isRight(verdict))).toEqual(
      expect.arrayContaining(['unavailable', 'unavailable', 'unavailable']),
    );
    expect(verdicts.every((verdict) => isRight(verdict) || verdict === 'unavailable')).toBe(true);
    for (const [at, operation] of operations.entries()) {
      const answer = await persistently(() => operation.act(scenes[at]!));
      expect(judge(operation, scenes[at]!, answer)).toBe('right');
    }
  });

  it('reading its data in (LOADING)', async () => {
    const filler = Array.from({ length: 2000 }, (_, at) => [`filler:${at}`, 'x'.repeat(100)]).flat();
    await direct.mset(filler);
    await direct.config('SET', 'loading-process-events-interval-bytes', '1024');
    await direct.config('SET', 'key-load-delay', '400');
    const { scenes, verdicts } = await during(async () => {
      const reloaded = direct.call('DEBUG', 'RELOAD');
      await sleep(100);
      return async () => void (await reloaded);
    });
    await direct.config('SET', 'key-load-delay', '0');
    expect(verdicts).toEqual(allUnavailable);
    for (const [at, operation] of operations.entries()) {
      const answer = await persistently(() => operation.act(scenes[at]!));
      expect(judge(operation, scenes[at]!, answer)).toBe('right');
    }
  });

  it('out of memory (OOM): reads go on, writes are refused', async () => {
    const { scenes, verdicts } = await during(async () => {
      await direct.config('SET', 'maxmemory', '1');
      return async () => void (await direct.config('SET', 'maxmemory', '0'));
    });
    expect(verdicts).toEqual(
      operations.map(({ name }) => (/poll|activeJourneys/.test(name) ? 'right' : 'unavailable')),
    );
    for (const [at, operation] of operations.entries()) {
      const answer = await persistently(() => operation.act(scenes[at]!));
      expect(judge(operation, scenes[at]!, answer)).toBe('right');
    }
  });

  it('without its scripts (SCRIPT FLUSH): nobody notices', async () => {
    const { verdicts } = await during(async () => {
      await direct.script('FLUSH');
      return async () => undefined;
    });
    expect(verdicts).toEqual(operations.map(() => 'right'));
  });
});
