import type { GeoPoint } from '../domain/geo';
import { RouterError, type Router } from '../domain/router';
import { travelTime } from './travelTime';

/** An answer without the route's shape is some 300 bytes. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** The codes with which OSRM says that there is no road to or between the places. */
const NO_ROAD = new Set(['NoRoute', 'NoSegment']);

/** OSRM's HTTP API, version 1 of its service `route`. */
export class OsrmRouter implements Router {
  /** @param base without a slash at its end */
  constructor(private readonly base: string) {}

  async travelSeconds(from: GeoPoint, to: GeoPoint, signal: AbortSignal): Promise<number | null> {
    const places = [from, to].map(({ longitude, latitude }) => `${longitude},${latitude}`).join(';');
    const { status, text } = await this.get(`/route/v1/driving/${places}?overview=false`, signal);
    const answer = parsed(text);
    if (NO_ROAD.has(String(answer?.code))) return null;
    if (status !== 200) throw new RouterError('REFUSED', `HTTP ${status}`);
    if (answer?.code !== 'Ok') throw new RouterError('INVALID', 'no answer of OSRM');
    return travelTime(answer.routes?.[0]?.duration);
  }

  close(): void {}

  private async get(path: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
    try {
      // A redirect could lead the coordinates anywhere.
      const response = await fetch(this.base + path, { signal, redirect: 'manual' });
      return { status: response.status, text: await boundedText(response) };
    } catch (error) {
      if (error instanceof RouterError) throw error;
      throw new RouterError(signal.aborted ? 'TIMEOUT' : 'UNREACHABLE', codeOf(error));
    }
  }
}

interface OsrmAnswer {
  readonly code?: unknown;
  readonly routes?: readonly { readonly duration?: unknown }[];
}

function parsed(text: string): OsrmAnswer | null {
  try {
    return JSON.parse(text) as OsrmAnswer | null;
  } catch {
    return null;
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop cancels the rest.
    if (bytes > MAX_ANSWER_BYTES) throw new RouterError('INVALID', 'the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The code of the operating system or of the HTTP client, such as ECONNREFUSED. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  const found = cause?.code ?? code;
  return typeof found === 'string' ? found : 'no connection';
}
