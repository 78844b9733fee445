import type { PlaygroundExample } from '../src/devtools/playground';
import type { DemoTokens } from './tokens';
import type { Town } from './town';

/**
 * Who may ask in the playground. At first a student with an active journey: its poll shows something move. Acts
 * are of the trainer whom nobody simulates.
 */
export function playgroundExample(town: Town, tokens: DemoTokens): PlaygroundExample {
  const [driven, undriven] = [town.driven()[0]!, town.undriven()[0]!];
  const reads = ({ id, trainerId }: typeof driven) => ({ sessionId: id, trainerId });
  return {
    viewers: [
      {
        // By the trainer, who stays: the session is another one after each arrival.
        name: `student of ${driven.trainerId}`,
        token: tokens.student[driven.studentId]!,
        ...reads(driven),
      },
      { name: 'operator', token: tokens.operator, ...reads(driven) },
      {
        name: `trainer of ${undriven.id}`,
        token: tokens.trainer[undriven.trainerId]!,
        ...reads(undriven),
      },
      {
        name: `student of ${undriven.id}`,
        token: tokens.student[undriven.studentId]!,
        ...reads(undriven),
      },
    ],
    target: { sessionId: undriven.id, home: undriven.home },
  };
}
