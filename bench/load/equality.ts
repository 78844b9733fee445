import { isDeepStrictEqual } from 'node:util';

import type { Journey } from '../stand/journeys';
import type { Server } from '../stand/server';
import { bodies, phoneHeaders, type DocumentOptions } from './requests';

/** Sends one request with fetch. @throws when its response has errors. */
export async function ask<Data>(server: Pick<Server, 'url'>, token: string, body: string): Promise<Data> {
  const response = await fetch(server.url, { method: 'POST', headers: phoneHeaders(token), body });
  const result = (await response.json()) as { data: Data; errors?: unknown };
  if (response.status !== 200 || result.errors) {
    throw new Error(`${response.status}: ${JSON.stringify(result)}`);
  }
  return result.data;
}

/** @throws unless a peer returns for a journey what the product returns: only then may they be compared. */
export async function requireEqualPolls(
  product: Server,
  peer: Server,
  journey: Journey,
  options?: DocumentOptions,
): Promise<void> {
  const body = bodies(options).poll(journey);
  const [ours, theirs] = [
    await ask(product, journey.studentToken, body),
    await ask(peer, journey.studentToken, body),
  ];
  if (!isDeepStrictEqual(ours, theirs)) throw different(peer, ours, theirs);
}

/** The same for an update. Each of the two increases the version by one. */
export async function requireEqualUpdates(
  product: Server,
  peer: Server,
  journey: Journey,
  options?: DocumentOptions,
): Promise<void> {
  type Data = { updateLocation: { version: number } };
  const body = bodies(options).update(journey, 3990);
  const ours = await ask<Data>(product, journey.trainerToken, body);
  const theirs = await ask<Data>(peer, journey.trainerToken, body);
  const expected = { updateLocation: { ...ours.updateLocation, version: ours.updateLocation.version + 1 } };
  if (!isDeepStrictEqual(expected, theirs)) throw different(peer, expected, theirs);
}

const different = (peer: Server, ours: unknown, theirs: unknown): Error =>
  new Error(
    `${peer.name} returns something else:\n  product: ${JSON.stringify(ours)}\n  ${peer.name}: ${JSON.stringify(theirs)}`,
  );
