import { list, replay } from '../../src/bin/deadLetters';
import { partitionOf } from '../../src/redis/keys';
import { started } from './changes';
import { OutboxStage } from './outboxStage';

describe('The dead letters', () => {
  let stage: OutboxStage;

  beforeEach(async () => {
    stage = await OutboxStage.open();
  });

  afterEach(() => stage.close());

  const makeDeadLetter = async (journeyId: string): Promise<void> => {
    const change = started(journeyId);
    const { events } = stage.outboxes('process-1');
    const partition = partitionOf(change.journey.sessionId);
    await stage.append(change);
    const [entry] = await events.read(partition, 1);
    await events.deadLetter(partition, [entry!.id], 'AccessDenied');
    // Repeated, as after a lost reply: it is moved once.
    await events.deadLetter(partition, [entry!.id], 'AccessDenied');
  };

  const lines = async (): Promise<Record<string, string>[]> => {
    const printed: Record<string, string>[] = [];
    await list(stage.outboxes('operator'), (line) => printed.push(JSON.parse(line)));
    return printed;
  };

  it('are listed with their reason and fields', async () => {
    await makeDeadLetter('j-1');

    expect(await lines()).toEqual([
      {
        entry: expect.stringMatching(/^events\/\d\d\/\d+-0$/),
        deadLetteredAt: expect.stringMatching(/Z$/),
        reason: 'AccessDenied',
        kind: 'STARTED',
        sequence: '1',
        journeyId: 'j-1',
        sessionId: 'session-of-j-1',
        trainerId: 'trainer-1',
        studentId: 'student-1',
        startedAt: '1772357400000',
        expiresAt: '1772361000000',
        version: '1',
      },
    ]);
  });

  it('that the release before this one wrote are listed and replayed alike', async () => {
    await makeDeadLetter('j-1');
    const partition = partitionOf('session-of-j-1');
    const key = stage.keys.deadEvents(partition);
    const [[id, fields]] = (await stage.redis.xrange(key, '-', '+')) as [[string, string[]]];
    await stage.redis.xdel(key, id);
    const former = fields.map((text) => (text === 'deadLetterReason' ? 'buriedFor' : text));
    await stage.redis.xadd(key, '*', ...former);

    expect(await lines()).toMatchObject([{ reason: 'AccessDenied', journeyId: 'j-1' }]);
    expect(await replay(stage.outboxes('operator'))).toBe(1);
    const [again] = (await stage.redis.xrange(stage.keys.events(partition), '-', '+')) as [
      [string, string[]],
    ];
    expect(again[1]).toEqual(fields.slice(0, -2));
  });

  it('are replayed one by one, by name', async () => {
    await makeDeadLetter('j-1');
    await makeDeadLetter('j-2');
    const second = (await lines()).find(({ journeyId }) => journeyId === 'j-2')!;

    expect(await replay(stage.outboxes('operator'), [second['entry']!])).toBe(1);
    expect((await lines()).map(({ journeyId }) => journeyId)).toEqual(['j-1']);
    const again = await stage.outboxes('process-2').events.read(partitionOf('session-of-j-2'), 10);
    expect(again.map(({ change }) => change)).toEqual([started('j-2')]);
  });

  it('are replayed all together', async () => {
    for (let index = 0; index < 5; index += 1) await makeDeadLetter(`j-${index}`);

    expect(await replay(stage.outboxes('operator'))).toBe(5);
    expect(await stage.count()).toEqual({ waiting: 5, dead: 0 });
  });
});
