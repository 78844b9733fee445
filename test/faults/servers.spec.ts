import { setTimeout as sleep } from 'node:timers/promises';

import type { ScriptName } from '../../src/redis/scripts';
import { operations, persistently } from './operations';
import {
  killed,
  loading,
  outOfMemory,
  readonly,
  stopped,
  VictimService,
  withoutScripts,
} from './serverFaults';

const everyOne = (verdict: string) => operations.map(() => verdict);
const reads: readonly ScriptName[] = ['readSnapshot', 'indexRead'];
const readsAlone = operations.map(({ steps }) =>
  steps.every((step) => reads.includes(step)) ? 'right' : 'unavailable',
);

describe('A Redis that fails is never an answer', () => {
  let victims: VictimService;
  beforeAll(async () => {
    victims = await VictimService.start(200);
  });
  afterAll(() => victims.stop());

  it('stopped, and going on just after the callers were told: nothing of what lay in its sockets runs', async () => {
    const { verdicts, scenes } = await victims.during(stopped);
    expect(verdicts).toEqual(everyOne('unavailable'));
    await sleep(200);
    const held = await victims.held(scenes);
    for (const [at, { journeyId }] of scenes.entries()) {
      const [active, ended, location] = held[at]!;
      expect(ended).toEqual({});
      expect(active!['id'] ?? null).toBe(journeyId);
      expect(active!['version']).toBe(journeyId === null ? undefined : '2');
      expect(location!['latitude'] === undefined).toBe(journeyId === null);
    }
    expect(await victims.again(scenes, verdicts)).toEqual(everyOne('right'));
  });

  it('killed, and back empty: what it held is lost, and that is what is told', async () => {
    const { verdicts, scenes } = await victims.during(killed);
    expect(verdicts).toEqual(everyOne('unavailable'));
    const { student, trainer, id } = scenes[0]!;
    const poll = await persistently(() => student.poll(id));
    // The student's app goes on asking, and the trainer can start anew.
    expect(poll.data.liveLocation).toMatchObject({ state: 'NOT_STARTED', pollAfterMs: 30_000 });
    const started = await persistently(() => trainer.start(id));
    expect(started.data.startJourney).toMatchObject({ state: 'EN_ROUTE' });
  });

  it.each([
    [readonly, readsAlone],
    [loading, everyOne('unavailable')],
    [outOfMemory, readsAlone],
    [withoutScripts, everyOne('right')],
  ])('$name', async (fault, expected) => {
    const { verdicts, scenes } = await victims.during(fault);
    // Becoming a replica breaks connections, and so now and then a read.
    const told = verdicts.map((verdict, at) =>
      fault === readonly && expected[at] === 'right' && verdict === 'unavailable' ? 'right' : verdict,
    );
    expect(told).toEqual(expected);
    expect(await victims.again(scenes, verdicts)).toEqual(everyOne('right'));
  });
});
