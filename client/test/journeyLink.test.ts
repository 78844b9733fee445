import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { failureOf, kindOf, type JourneyFailure } from '../src/index.js';
import { LiveLocationDocument, ShareJourneyDocument } from '../src/generated/operations.js';
import { FaultyNetwork } from './support/FaultyNetwork.js';
import { clientOf, pass, until } from './support/phone.js';

describe('what an app asks by itself, when no answer comes,', () => {
  let network: FaultyNetwork;

  beforeEach(async () => {
    network = await FaultyNetwork.to('http://127.0.0.1:9');
    network.fault = () => 'hang';
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await network.stop();
  });

  const failureIn = (answer: Promise<unknown>): Promise<JourneyFailure> =>
    answer.then(() => expect.unreachable(), failureOf);
  const poll = { query: LiveLocationDocument, variables: { sessionId: 's' } };

  test.each([
    ['a query', () => clientOf(network.url, 'token').query(poll)],
    [
      'a mutation',
      () =>
        clientOf(network.url, 'token').mutate({
          mutation: ShareJourneyDocument,
          variables: { sessionId: 's' },
        }),
    ],
  ])('%s fails after ten seconds, and its connection is released', async (_, ask) => {
    const failed = failureIn(ask());
    await until('it was sent', () => network.requests.length === 1);
    vi.advanceTimersByTime(9_999);
    await pass(50);
    expect(network.inFlight).toBe(1);
    vi.advanceTimersByTime(1);
    const failure = await failed;
    expect([failure.code, kindOf(failure)]).toEqual(['TIMEOUT', 'TRANSIENT']);
    await until('the connection is closed', () => network.inFlight === 0);
  });

  test('a token that never comes counts as well', async () => {
    const failed = failureIn(clientOf(network.url, () => new Promise<string>(() => {})).query(poll));
    vi.advanceTimersByTime(10_000);
    expect((await failed).code).toBe('TIMEOUT');
    expect(network.requests).toEqual([]);
  });

  test('a request with a signal of its own is only given up by that', async () => {
    const controller = new AbortController();
    const context = { fetchOptions: { signal: controller.signal } };
    const answered = vi.fn();
    const failed = failureIn(clientOf(network.url, 'token').query({ ...poll, context })).then(answered);
    await until('it was sent', () => network.requests.length === 1);
    vi.advanceTimersByTime(60_000);
    await pass(50);
    expect(answered).not.toHaveBeenCalled();
    expect(network.inFlight).toBe(1);
    controller.abort();
    await failed;
  });
});
