import '../support/dom.js';

import { act, cleanup, renderHook } from '@testing-library/react';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { CancelJourneyDocument, useJourneys } from '../../src/fleet/index.js';
import { StartJourneyDocument, useLiveLocation } from '../../src/index.js';
import { useShares } from '../../src/shares/index.js';
import { FaultyNetwork } from '../support/FaultyNetwork.js';
import { clientOf, pass, until } from '../support/phone.js';
import { book, Service, token, type Booking } from '../support/Service.js';

const intervalMs = 100;
const settings = { POLL_INTERVAL_MS: String(intervalMs), POLL_IDLE_INTERVAL_MS: String(intervalMs) };

let service: Service;
let network: FaultyNetwork;
let booking: Booking;

beforeAll(async () => {
  service = await Service.start(settings);
});
beforeEach(async () => {
  network = await FaultyNetwork.to(service.graphqlUrl);
  booking = await book();
});
afterEach(async () => {
  cleanup();
  await network.stop();
});
afterAll(() => service?.stop());

const start = ({ id, tokens }: Booking) =>
  clientOf(service.graphqlUrl, tokens.trainer).mutate({
    mutation: StartJourneyDocument,
    variables: { sessionId: id },
  });

describe('useShares', () => {
  const shares = (sessionId: string | null = booking.id, as = booking.tokens.student) => {
    const client = clientOf(network.url, as);
    const { result } = renderHook(() => useShares(sessionId, { client }));
    return () => result.current;
  };
  const created = async (get: ReturnType<typeof shares>) => {
    const result = await act(() => get().create(600));
    if (!result.ok) throw new Error(result.failure.message);
    return result.value;
  };

  test('creates a link that shows the journey to somebody without a login, until it is revoked', async () => {
    const get = shares();
    await until('the list', () => !get().loading);
    expect(get().shares).toEqual([]);
    const { share, token: link } = await created(get);
    expect(link).toMatch(/^share\./);
    expect(get().shares.map(({ id }) => id)).toEqual([share.id]);

    await start(booking);
    const guest = clientOf(service.graphqlUrl, link);
    const { result: seen } = renderHook(() => useLiveLocation(booking.id, { client: guest }));
    await until('the guest sees it', () => seen.current.liveLocation?.state === 'EN_ROUTE');

    expect(await act(() => get().revoke(share.id))).toEqual({ ok: true, value: true });
    expect(get().shares).toEqual([]);
    await until('the guest is refused', () => seen.current.failure?.code === 'UNAUTHENTICATED');
    expect(await act(() => get().revoke(share.id))).toMatchObject({ ok: true });
  });

  test('shows what the service has after a reply that was lost', async () => {
    const get = shares();
    await until('the list', () => !get().loading);
    network.fault = ({ operation }) => (operation === 'ShareJourney' ? 'loseAnswer' : null);
    expect(await act(() => get().create())).toMatchObject({ ok: false, failure: { code: 'NETWORK' } });
    await until('it is listed', () => get().shares.length === 1);
    await act(() => get().revoke(get().shares[0]!.id));
    expect(get().shares).toEqual([]);
  });

  test('does not bring back what was revoked while the list was on its way', async () => {
    const get = shares();
    await until('the list', () => !get().loading);
    const { share } = await created(get);
    network.fault = ({ operation }) => (operation === 'Shares' ? { delayMs: 200 } : null);
    act(() => get().pollNow());
    await pass(20);
    await act(() => get().revoke(share.id));
    const seen: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      await pass(25);
      seen.push(get().shares.length);
    }
    expect(Math.max(...seen)).toBe(0);
  });

  test('tells what was wrong with a request, and keeps the list', async () => {
    const get = shares();
    await until('the list', () => !get().loading);
    await created(get);
    expect(await act(() => get().create(5))).toMatchObject({
      ok: false,
      failure: { code: 'BAD_USER_INPUT' },
    });
    expect(get()).toMatchObject({ failure: null, shares: [{ sessionId: booking.id }] });
  });

  test('is refused to the trainer, and asks nothing without a session', async () => {
    const get = shares(booking.id, booking.tokens.trainer);
    await until('refused', () => get().failure?.code === 'FORBIDDEN');
    const before = network.requests.length;
    shares(null);
    await pass(100);
    expect(network.requests.length).toBe(before);
  });
});

describe('useJourneys', () => {
  const journeys = async () => {
    const client = clientOf(network.url, await token('operator-1', 'operator'));
    const { result } = renderHook(() => useJourneys({ client, pollIntervalMs: intervalMs }));
    return () => result.current;
  };

  test('finds every journey over several pages, also one that starts later, and loses one that is cancelled', async () => {
    const bookings: Booking[] = [];
    // Not all at once: the last would wait longer for a connection to the database than the service allows.
    for (let group = 0; group < 12; group += 1) {
      const booked = await Promise.all(Array.from({ length: 10 }, () => book()));
      await Promise.all(booked.map(start));
      bookings.push(...booked);
    }
    const get = await journeys();
    const ids = () => new Set(get().journeys.map(({ sessionId }) => sessionId));
    await until('the list', () => !get().loading);
    expect(bookings.filter(({ id }) => !ids().has(id))).toEqual([]);
    expect(ids().size).toBe(get().journeys.length);

    await start(booking);
    await until('the new one', () => ids().has(booking.id));
    await clientOf(service.graphqlUrl, await token('operator-1', 'operator')).mutate({
      mutation: CancelJourneyDocument,
      variables: { sessionId: booking.id },
    });
    await until('it is gone', () => !ids().has(booking.id));
  });

  test('keeps the last whole list while a page cannot be had', async () => {
    await start(booking);
    const get = await journeys();
    await until('the list', () => get().journeys.length > 0);
    const { length } = get().journeys;
    network.fault = () => 'gatewayPage';
    await until('a failure', () => get().failure !== null);
    expect(get().journeys).toHaveLength(length);
  });
});
