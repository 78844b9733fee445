import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { describe, expect, test } from 'vitest';

import { failureOf, kindOf } from '../src/index.js';
import { wasAnswered } from '../src/connection/failure.js';

const failureWith = (code: string, status: number, retryAfterMs?: number) =>
  failureOf(
    new CombinedGraphQLErrors({
      errors: [{ message: code, extensions: { code, status, ...(retryAfterMs ? { retryAfterMs } : {}) } }],
    }),
  );

describe('a failure', () => {
  test('of a process with too much to do is handled like that of a store that is away', () => {
    for (const code of ['STORE_UNAVAILABLE', 'OVERLOADED']) {
      const failure = failureWith(code, 503, 700);
      expect(failure).toMatchObject({ code, status: 503, retryAfterMs: 700 });
      expect([kindOf(failure), wasAnswered(failure)]).toEqual(['TRANSIENT', false]);
    }
  });

  test('to know a document is of this process alone, so it is asked again', () => {
    const failure = failureWith('DOCUMENT_NOT_TRUSTED', 400);
    expect([failure.code, kindOf(failure)]).toEqual(['DOCUMENT_NOT_TRUSTED', 'FAULT']);
  });
});
