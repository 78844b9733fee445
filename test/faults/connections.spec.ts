import type { FaultKind } from '../support/faultProxy';
import { operations } from './operations';
import { StruckService } from './striking';

const TIMEOUT_MS = 120;
/** And how many requests each befalls: one, so that a retry gets through, or all. */
const faults: readonly (readonly [FaultKind, number])[] = [
  ['cutBefore', 1],
  ['cutBefore', Infinity],
  ['cutAfter', 1],
  ['cutAfter', Infinity],
  ['swallowReply', Infinity],
  ['delayReply', Infinity],
  ['hold', Infinity],
  ['holdAndCut', Infinity],
];

describe('A broken connection to Redis is never an answer', () => {
  let service: StruckService;
  beforeAll(async () => {
    service = await StruckService.start(TIMEOUT_MS);
  });
  afterAll(() => service.stop());

  const cases = faults.flatMap(([kind, times]) =>
    operations.map((operation) => ({ kind, times, operation })),
  );
  it.each(cases)('$kind × $times × $operation.name', async ({ kind, times, operation }) => {
    const { verdict, struck, untruths } = await service.strike(operation, {
      kind,
      times,
      delayMs: TIMEOUT_MS + 80,
    });
    expect(struck).toBeGreaterThan(0);
    expect(verdict).toEqual(verdict === 'right' ? 'right' : 'unavailable');
    // What had not run when the caller was told so never runs later, and the next poll tells the truth.
    expect(untruths).toEqual([]);
  });
});

describe('A start whose reply was lost', () => {
  it('is found by its own retry: the same request answers with the journey that it made', async () => {
    const service = await StruckService.start(1000);
    const start = operations.find(({ name }) => name === 'a start')!;
    try {
      for (const kind of ['cutAfter', 'swallowReply'] as const) {
        expect(await service.strike(start, { kind, times: 1 })).toMatchObject({
          verdict: 'right',
          struck: 1,
        });
      }
    } finally {
      await service.stop();
    }
  });
});
