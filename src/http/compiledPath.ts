import type { GraphQLError, GraphQLFormattedError } from 'graphql';

import { GRAPHQL_RESPONSE, responseHead, type ResponseHead } from '../graphql/execution/responseHead';
import type { ExecutionContext } from '../graphql/execution/apollo';
import type { CompiledDocument, DocumentRegistry } from '../graphql/execution/documentRegistry';
import { formatError, type ErrorLog } from '../graphql/execution/formatError';

/** The Accept headers that our clients, browsers and curl send. What any other one means is Apollo's to find out. */
const contentTypes: Readonly<Record<string, string>> = {
  '*/*': 'application/json; charset=utf-8',
  'application/json': 'application/json; charset=utf-8',
  'application/graphql-response+json': GRAPHQL_RESPONSE,
  'application/graphql-response+json,application/json;q=0.9': GRAPHQL_RESPONSE,
  'application/graphql-response+json, application/json;q=0.9': GRAPHQL_RESPONSE,
};

/** A request in the form that the short way can take. */
export interface ShortRequest {
  readonly document: CompiledDocument;
  readonly variables: Record<string, unknown>;
  readonly contentType: string;
  readonly accept: string | undefined;
}

export interface ShortAnswer {
  readonly head: ResponseHead;
  readonly contentType: string;
  readonly body: string;
}

interface Incoming {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly query: unknown;
}

/**
 * Recognizes a request whose document is compiled. undefined: Apollo answers it, also to say what is wrong with
 * it, so that each kind of fault has one wording.
 */
export function shortRequest(incoming: Incoming, documents: DocumentRegistry): ShortRequest | undefined {
  const { accept } = incoming.headers;
  const contentType = contentTypes[(accept as string | undefined) ?? '*/*'];
  if (!contentType) return undefined;
  const parameters = incoming.method === 'POST' ? incoming.body : getParameters(incoming);
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) return undefined;
  const { query, operationName, variables, extensions } = parameters as Record<string, unknown>;
  if (extensions != null && (typeof extensions !== 'object' || Array.isArray(extensions))) return undefined;
  const { persistedQuery } = (extensions ?? {}) as { persistedQuery?: unknown };
  const named = persistedQuery === undefined ? undefined : trustedText(persistedQuery, documents);
  const text = query ?? named;
  if (typeof text !== 'string') return undefined;
  // A hash that came with another text, or that is none of ours, is Apollo's to judge.
  if (persistedQuery !== undefined && named !== text) return undefined;
  const document = documents.find(text);
  if (!document) return undefined;
  if (operationName != null && operationName !== document.operationName) return undefined;
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) return undefined;
  // A query alone may be asked by GET.
  if (incoming.method !== 'POST' && !document.isQuery) return undefined;
  return {
    document,
    variables: (variables ?? {}) as Record<string, unknown>,
    contentType,
    accept: accept as string | undefined,
  };
}

/** The text of the trusted document that Apollo Client's persisted-queries link asks for by its hash. */
function trustedText(persistedQuery: unknown, documents: DocumentRegistry): string | undefined {
  const { version, sha256Hash } = (persistedQuery ?? {}) as { version?: unknown; sha256Hash?: unknown };
  return version === 1 && typeof sha256Hash === 'string' ? documents.textOf(sha256Hash) : undefined;
}

/** A GET's parameters, when it passes Apollo's check against cross-site requests by its header. */
function getParameters({ headers, query }: Incoming): Record<string, unknown> | undefined {
  if (!headers['apollo-require-preflight'] && !headers['x-apollo-operation-name']) return undefined;
  if (headers['content-type'] !== undefined) return undefined;
  const given = query as Record<string, unknown>;
  try {
    return {
      ...given,
      ...(typeof given.variables === 'string' && { variables: JSON.parse(given.variables) as unknown }),
      ...(typeof given.extensions === 'string' && { extensions: JSON.parse(given.extensions) as unknown }),
    };
  } catch {
    return undefined;
  }
}

/** Executes it; undefined when the variables don't fit: then Apollo says so. */
export function answerShort(
  { document, variables, contentType, accept }: ShortRequest,
  context: ExecutionContext,
  log: ErrorLog,
): Promise<ShortAnswer | undefined> {
  // Not awaited, here and in the fast lane: of a poll's cost a good part would be promises.
  return document.execute(context, variables).then(({ data, errors }) => {
    if (data === undefined) return undefined;
    if (!errors)
      return { head: responseHead(undefined, accept), contentType, body: JSON.stringify({ data }) };
    const formatted = errors.map((error) => formatShort(error, context, log));
    return {
      head: responseHead(formatted, accept),
      contentType,
      body: JSON.stringify({ errors: formatted, data }),
    };
  });
}

function formatShort(error: GraphQLError, context: ExecutionContext, log: ErrorLog): GraphQLFormattedError {
  const { message, locations, path, extensions } = error;
  const formatted = formatError({ message, locations, path, extensions }, error);
  log(formatted, error, context.requestId);
  return formatted;
}
