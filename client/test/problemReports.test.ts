import { describe, expect, test } from 'vitest';

import { driving } from './support/driving.js';
import { settle } from './support/ManualClock.js';

describe('a problem of the phone', () => {
  const reporting = async (report: () => Promise<void> = () => Promise.resolve()) => {
    const reports: unknown[] = [];
    const driven = await driving({
      reportTrackingProblem: ({ problem }) => {
        reports.push(problem);
        return report();
      },
    });
    return { ...driven, reports };
  };

  test('is reported again after a fix of before, which takes the report back on the service', async () => {
    const { clock, position, reports, sent, tracker, fix } = await reporting();
    position.move(fix(), clock.now());
    await clock.pass(100);
    position.move(fix(), clock.now());
    position.fail('PERMISSION_DENIED');
    await clock.pass(1000);
    expect([sent.length, reports]).toEqual([1, ['PERMISSION_DENIED']]);
    await clock.pass(60_000);
    expect([sent.length, reports]).toEqual([2, ['PERMISSION_DENIED', 'PERMISSION_DENIED']]);
    tracker.close();
  });

  test('is reported in the next journey as well, although the last one ended before the answer to its report', async () => {
    let answer: () => void = () => undefined;
    const { clock, position, reports, tracker } = await reporting(
      () => new Promise<void>((resolve) => (answer = resolve)),
    );
    position.fail('PERMISSION_DENIED');
    await clock.pass(100);
    const stopping = tracker.stop();
    await clock.pass(100);
    answer();
    expect(await stopping).toMatchObject({ ok: true });
    const starting = tracker.start();
    await clock.pass(100);
    expect(await starting).toMatchObject({ ok: true });
    position.fail('PERMISSION_DENIED');
    await clock.pass(100);
    expect(reports).toEqual(['PERMISSION_DENIED', 'PERMISSION_DENIED']);
    answer();
    await settle();
    tracker.close();
  });
});
