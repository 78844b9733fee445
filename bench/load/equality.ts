import { isDeepStrictEqual } from 'node:util';

import type { Journey } from '../stand/journeys';
import type { Server } from '../stand/server';
import { bodies, phoneHeaders, type Form } from './requests';

/** Sends one request with fetch. @throws when its answer has errors. */
export async function ask<Data>(server: Pick<Server, 'url'>, token: string, body: string): Promise<Data> {
  const response = await fetch(server.url, { method: 'POST', headers: phoneHeaders(token), body });
  const answer = (await response.json()) as { data: Data; errors?: unknown };
  if (response.status !== 200 || answer.errors) {
    throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  }
  return answer.data;
}

/** @throws unless a peer tells of a journey what the product tells: only then may they be compared. */
export async function requireEqualPolls(
  product: Server,
  peer: Server,
  journey: Journey,
  form: Form = 'hash',
): Promise<void> {
  const body = bodies(form).poll(journey);
  const [ours, theirs] = [
    await ask(product, journey.studentToken, body),
    await ask(peer, journey.studentToken, body),
  ];
  if (!isDeepStrictEqual(ours, theirs)) throw different(peer, ours, theirs);
}

/** The same for an update; each counts the version once. */
export async function requireEqualUpdates(
  product: Server,
  peer: Server,
  journey: Journey,
  form: Form = 'hash',
): Promise<void> {
  type Told = { updateLocation: { version: number } };
  const body = bodies(form).update(journey, 3990);
  const ours = await ask<Told>(product, journey.trainerToken, body);
  const theirs = await ask<Told>(peer, journey.trainerToken, body);
  const expected = { updateLocation: { ...ours.updateLocation, version: ours.updateLocation.version + 1 } };
  if (!isDeepStrictEqual(expected, theirs)) throw different(peer, expected, theirs);
}

const different = (peer: Server, ours: unknown, theirs: unknown): Error =>
  new Error(
    `${peer.name} answers otherwise:\n  product: ${JSON.stringify(ours)}\n  ${peer.name}: ${JSON.stringify(theirs)}`,
  );
