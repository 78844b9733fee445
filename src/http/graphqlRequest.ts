import type { IncomingMessage } from 'node:http';
import { parse as parseSearch } from 'node:querystring';
import secureJson from 'secure-json-parse';

import type { Rejection } from './errors';
import { BODY_LIMIT_BYTES, MAX_URL_LENGTH } from './limits';

const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;
/** Apollo Server says why it refuses it: a page of any origin may send it unasked. */
const PLAIN_TEXT_TYPE = /^\s*text\/plain\s*(?:;|$)/i;

const badRequest = (message: string, status = 400): Rejection => ({ status, message });
const NOT_JSON = badRequest('The body is not valid JSON.');
const EMPTY_BODY = badRequest('The body is empty: send {"query": "…"} as application/json.');
const UNSUPPORTED_TYPE = badRequest('The body must be sent as application/json.', 415);
const URL_TOO_LONG = badRequest('The URL is too long: send the request by POST.', 414);
const TOO_LARGE = badRequest(`The body is too large: at most ${BODY_LIMIT_BYTES} bytes are allowed.`, 413);
const BODY_TOO_LARGE: Rejection = { ...TOO_LARGE, closes: true };
const METHOD_NOT_ALLOWED: Rejection = {
  ...badRequest('Only GET and POST are allowed here.', 405),
  headers: ['allow', 'GET, POST'],
};

/** What the head of a request shows to be wrong with it, before its body is read. */
export function rejectionOf({ method, url, headers }: IncomingMessage): Rejection | undefined {
  if (method !== 'GET' && method !== 'POST') return METHOD_NOT_ALLOWED;
  if (url!.length > MAX_URL_LENGTH) return URL_TOO_LONG;
  if (method === 'GET') return undefined;
  const { 'content-type': type, 'content-length': length = 0, 'transfer-encoding': encoding } = headers;
  if (Number(length) > BODY_LIMIT_BYTES) return BODY_TOO_LARGE;
  const isBodyless = type === undefined && encoding === undefined && Number(length) === 0;
  return isBodyless || JSON_TYPE.test(type!) || PLAIN_TEXT_TYPE.test(type!) ? undefined : UNSUPPORTED_TYPE;
}

/** Calls `done` once the body is there; never when the client goes away before. */
export function readBody(request: IncomingMessage, done: (input: GraphQLInput | Rejection) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const onEnd = (): void =>
    done(parseBody(request, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    if ((length += chunk.length) <= BODY_LIMIT_BYTES) return;
    request.off('data', onData).off('end', onEnd);
    done(BODY_TOO_LARGE);
  };
  request.on('data', onData).on('end', onEnd);
}

export interface GraphQLInput {
  /** The parsed body of a POST. */
  readonly body: unknown;
  /** `query`, `variables` and so on; undefined when only Apollo Server can judge the request. */
  readonly parameters: unknown;
}

function parseBody({ headers }: IncomingMessage, body: Buffer): GraphQLInput | Rejection {
  const text = body.toString();
  if (!JSON_TYPE.test(headers['content-type'] ?? ''))
    return { body: text || undefined, parameters: undefined };
  if (text === '') return EMPTY_BODY;
  try {
    const parsed: unknown = secureJson.parse(text);
    return { body: parsed, parameters: parsed };
  } catch {
    return NOT_JSON;
  }
}

/** A GET's parameters, if a header proves that no page of another origin sent it unasked. */
export function parseQuery({ url, headers }: IncomingMessage): GraphQLInput {
  const type = headers['content-type'];
  const isPreflighted =
    type === undefined
      ? headers['apollo-require-preflight'] || headers['x-apollo-operation-name']
      : JSON_TYPE.test(type);
  if (!isPreflighted) return { body: undefined, parameters: undefined };
  const { variables, extensions, ...others } = parseSearch(searchOf(url!).slice(1));
  try {
    return {
      body: undefined,
      parameters: { ...others, variables: json(variables), extensions: json(extensions) },
    };
  } catch {
    return { body: undefined, parameters: undefined };
  }
}

const json = (text: string | string[] | undefined): unknown =>
  typeof text === 'string' ? secureJson.parse(text) : text;

export const searchOf = (url: string): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '');
