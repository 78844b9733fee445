import { list, replay } from '../../src/bin/deadLetters';
import { partitionOf } from '../../src/redis/keys';
import { started } from './changes';
import { OutboxStage } from './outboxStage';

describe('What was set aside', () => {
  let stage: OutboxStage;

  beforeEach(async () => {
    stage = await OutboxStage.open();
  });

  afterEach(() => stage.close());

  const bury = async (journeyId: string): Promise<void> => {
    const change = started(journeyId);
    const { events } = stage.outboxes('process-1');
    const partition = partitionOf(change.journey.sessionId);
    await stage.append(change);
    const [entry] = await events.read(partition, 1);
    await events.bury(partition, [entry!.id], 'AccessDenied');
    // Told twice, as after a lost reply: it is set aside once.
    await events.bury(partition, [entry!.id], 'AccessDenied');
  };

  const lines = async (): Promise<Record<string, string>[]> => {
    const printed: Record<string, string>[] = [];
    await list(stage.outboxes('operator'), (line) => printed.push(JSON.parse(line)));
    return printed;
  };

  it('is listed with its reason and what it tells', async () => {
    await bury('j-1');

    expect(await lines()).toEqual([
      {
        entry: expect.stringMatching(/^events\/\d\d\/\d+-0$/),
        buriedAt: expect.stringMatching(/Z$/),
        reason: 'AccessDenied',
        kind: 'STARTED',
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

  it('is put back to be delivered, by its name alone', async () => {
    await bury('j-1');
    await bury('j-2');
    const second = (await lines()).find(({ journeyId }) => journeyId === 'j-2')!;

    expect(await replay(stage.outboxes('operator'), [second['entry']!])).toBe(1);
    expect((await lines()).map(({ journeyId }) => journeyId)).toEqual(['j-1']);
    const again = await stage.outboxes('process-2').events.read(partitionOf('session-of-j-2'), 10);
    expect(again.map(({ change }) => change)).toEqual([started('j-2')]);
  });

  it('is put back as a whole', async () => {
    for (let index = 0; index < 5; index += 1) await bury(`j-${index}`);

    expect(await replay(stage.outboxes('operator'))).toBe(5);
    expect(await stage.count()).toEqual({ waiting: 5, dead: 0 });
  });
});
