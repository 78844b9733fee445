import type { FaultKind } from '../support/faultProxy';
import { operations } from './operations';
import { FaultyConnectionService } from './connectionFaults';

const TIMEOUT_MS = 120;
/** On a slow machine a step before the faulted one may miss the deadline: rightly a 503, but not by the fault. */
const TRIES = 5;
/** Each fault, and how many requests it affects: one, so that a retry succeeds, or all. */
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
  let service: FaultyConnectionService;
  beforeAll(async () => {
    service = await FaultyConnectionService.start(TIMEOUT_MS);
  });
  afterAll(() => service.stop());

  const cases = faults.flatMap(([kind, times]) =>
    operations.map((operation) => ({ kind, times, operation })),
  );
  it.each(cases)('$kind × $times × $operation.name', async ({ kind, times, operation }) => {
    let affected = 0;
    for (let tries = 0, failedBefore = true; failedBefore && tries < TRIES; tries += 1) {
      const { verdict, affectedRequests, contradictions } = await service.runWithFault(operation, {
        kind,
        times,
        delayMs: TIMEOUT_MS + 80,
      });
      expect(verdict).toEqual(verdict === 'right' ? 'right' : 'unavailable');
      // A command that had not run when its caller got 503 never runs later, and the next poll returns what Redis holds.
      expect(contradictions).toEqual([]);
      affected = affectedRequests;
      failedBefore = affected === 0 && verdict === 'unavailable';
    }
    expect(affected).toBeGreaterThan(0);
  });
});

describe('A start whose reply was lost', () => {
  it('is found by its own retry: the same request answers with the journey that it made', async () => {
    const service = await FaultyConnectionService.start(1000);
    const start = operations.find(({ name }) => name === 'a start')!;
    try {
      for (const kind of ['cutAfter', 'swallowReply'] as const) {
        expect(await service.runWithFault(start, { kind, times: 1 })).toMatchObject({
          verdict: 'right',
          affectedRequests: 1,
        });
      }
    } finally {
      await service.stop();
    }
  });
});
