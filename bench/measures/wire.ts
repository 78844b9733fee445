import { exchange } from '../load/exchange';
import { bodies, rawRequest } from '../load/requests';
import type { Server } from '../stand/server';
import type { Journey } from '../stand/journeys';

export interface WireFigures {
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly bytes: number;
}

/** The size of the response to the hook's poll on the socket, with ids of 36 characters. */
export async function measureWire(server: Server, journey: Journey): Promise<WireFigures> {
  const request = rawRequest(journey.studentToken, bodies().poll(journey));
  const { status, headBytes, bodyBytes, body } = await exchange(server.port, request);
  if (status !== 200 || !body.includes('"isActive":true')) throw new Error(`${status}: ${body}`);
  return { headBytes, bodyBytes, bytes: headBytes + bodyBytes };
}
