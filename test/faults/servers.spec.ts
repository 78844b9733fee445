import { readingScripts, type ScriptName } from '../../src/redis/scripts';
import { operations } from './operations';
import { retryWhileUnavailable } from './scenes';
import {
  killed,
  loading,
  outOfMemory,
  readonly,
  stalled,
  suspended,
  FaultyServerService,
  withoutScripts,
} from './serverFaults';

const each = (verdict: string) => operations.map(() => verdict);
const reads: readonly ScriptName[] = readingScripts;
const onlyReadsRight = operations.map(({ scripts }) =>
  scripts.every((script) => reads.includes(script)) ? 'right' : 'unavailable',
);

describe('A Redis that fails is never an answer', () => {
  let faulty: FaultyServerService;
  beforeAll(async () => {
    // Short, because callers wait for it.
    faulty = await FaultyServerService.start(200);
  });
  afterAll(() => faulty.stop());

  it('suspended, and resumed just after the callers got 503: no command that waited in its sockets runs', async () => {
    const outcome = await faulty.during(suspended);
    expect(outcome.verdicts).toEqual(each('unavailable'));
    expect(outcome.contradictions).toEqual([]);
    expect(await faulty.repeatUnavailable(outcome)).toEqual(each('right'));
  });

  it('killed, and restarted without data: its data is lost, and the answers say so', async () => {
    const { verdicts, scenes, contradictions } = await faulty.during(killed);
    expect(verdicts).toEqual(each('unavailable'));
    expect(contradictions).toEqual([]);
    const { student, trainer, id } = scenes[0]!;
    const poll = await retryWhileUnavailable(() => student.poll(id));
    // The student's app keeps polling, and the trainer can start again.
    expect(poll.data.liveLocation).toMatchObject({ state: 'NOT_STARTED', pollAfterMs: 30_000 });
    const started = await retryWhileUnavailable(() => trainer.start(id));
    expect(started.data.startJourney).toMatchObject({ state: 'EN_ROUTE' });
  });

  it('the process stalled with requests in flight: each answer is right or 503, and so is what follows', async () => {
    const outcome = await faulty.during(stalled);
    for (const verdict of outcome.verdicts) expect(['right', 'unavailable']).toContainEqual(verdict);
    expect(await faulty.repeatUnavailable(outcome)).toEqual(each('right'));
  });
});

describe('A Redis that refuses is never an answer', () => {
  let faulty: FaultyServerService;
  beforeAll(async () => {
    // Long enough for every reply to be read in time on a slow machine: it replies at once.
    // Only a write whose connection is closed, as READONLY does, takes longer: twice this.
    faulty = await FaultyServerService.start(5000);
  });
  afterAll(() => faulty.stop());

  it.each([
    { fault: readonly, expected: onlyReadsRight },
    { fault: loading, expected: each('unavailable') },
    { fault: outOfMemory, expected: onlyReadsRight },
    { fault: withoutScripts, expected: each('right') },
  ])(
    '$fault.name',
    async ({ fault, expected }) => {
      const outcome = await faulty.during(fault);
      // Becoming a replica closes connections, so that a read fails now and then.
      const tolerated = outcome.verdicts.map((verdict, at) =>
        fault === readonly && expected[at] === 'right' && verdict === 'unavailable' ? 'right' : verdict,
      );
      expect(tolerated).toEqual(expected);
      expect(outcome.contradictions).toEqual([]);
      expect(await faulty.repeatUnavailable(outcome)).toEqual(each('right'));
    },
    30_000,
  );
});
