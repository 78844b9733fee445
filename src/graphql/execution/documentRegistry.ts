import { createHash } from 'node:crypto';
import { getOperationAST, GraphQLError, parse, validate, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';

import { operationLabel } from './operationLabel';

/** Each holds some 50 kB of compiled code. */
const MAX_LEARNED_DOCUMENTS = 200;
/** In characters: of all texts that Apollo Server executed, and of one that may be compiled. */
const MAX_SEEN_LENGTH = 4_000_000;
const MAX_TEXT_LENGTH = 20_000;
/** Compilation takes at most this share of the CPU: some clients write ids into their documents, which never come again. */
const COMPILATION_SHARE = 0.05;
/** Introspection is rare, and `__proto__` as a name would be an object's prototype in compiled code instead of a field. */
const NEVER_COMPILED = /__schema|__type\(|__proto__/;

type CompiledDocument = NonNullable<ReturnType<typeof compile>>;

/**
 * The documents that are executed as compiled code. Trusted ones, which our own clients send, are compiled at the
 * start and stay. Any other is compiled when an authenticated user sends it again after Apollo Server has found it
 * valid and within the limits; the least recently used of them make room. Anonymous clients cause no compilation.
 */
export class DocumentRegistry {
  private readonly trusted = new Map<string, CompiledDocument>();
  private readonly learned = new LRUCache<string, CompiledDocument>({
    max: MAX_LEARNED_DOCUMENTS,
    dispose: ({ sha256 }) => this.texts.delete(sha256),
  });
  /** Of the trusted and the learned documents, by hash. */
  private readonly texts: Map<string, string>;
  /** Of documents that are compiled when they come again, by hash. */
  private readonly seen = new LRUCache<string, string>({
    maxSize: MAX_SEEN_LENGTH,
    maxEntrySize: MAX_TEXT_LENGTH,
    sizeCalculation: (text) => text.length,
  });
  private nextCompilationAt = 0;

  /** `manifest`: text by SHA-256. A trusted document that does not fit the schema is left to Apollo Server, which says why. */
  constructor(
    private readonly schema: GraphQLSchema,
    manifest: Readonly<Record<string, string>>,
    private readonly trustedOnly: boolean,
  ) {
    this.texts = new Map(Object.entries(manifest));
    for (const text of this.texts.values()) {
      const document = compile(schema, text);
      if (document) this.trusted.set(text, document);
    }
  }

  /** The text of an automatic persisted query. */
  textOf(sha256: string): string | undefined {
    return this.texts.get(sha256) ?? this.seen.get(sha256);
  }

  /** @throws DOCUMENT_NOT_TRUSTED where only trusted documents are allowed, and this is another one. */
  admit(text: string): void {
    if (!this.trustedOnly || this.trusted.has(text)) return;
    throw new GraphQLError('Only the documents of the published clients are answered here.', {
      extensions: { code: 'DOCUMENT_NOT_TRUSTED' },
    });
  }

  /** Apollo Server executes this document for an authenticated user: it is valid, and within the limits. */
  learn(text: string): void {
    if (!this.trustedOnly && !NEVER_COMPILED.test(text)) this.seen.set(sha256Of(text), text);
  }

  /** undefined: Apollo Server executes the request, or says what is wrong with it, so that each error has one wording. */
  find(parameters: unknown, isAuthenticated: boolean) {
    if (!isRecord(parameters)) return undefined;
    const { query, operationName, variables = null, extensions = null } = parameters;
    if (!isNullable(variables) || !isNullable(extensions)) return undefined;
    const persisted = extensions?.persistedQuery ?? null;
    if (!isNullable(persisted)) return undefined;
    const text = query ?? this.textOf(String(persisted?.sha256Hash));
    const document = typeof text === 'string' ? this.documentOf(text, isAuthenticated) : undefined;
    if (!document || (operationName ?? document.operationName) !== document.operationName) return undefined;
    if (persisted && (persisted.version !== 1 || persisted.sha256Hash !== document.sha256)) return undefined;
    return { document, variables: variables ?? {} };
  }

  private documentOf(text: string, mayCompile: boolean): CompiledDocument | undefined {
    const document = this.trusted.get(text) ?? this.learned.get(text);
    if (document || !mayCompile || this.seen.size === 0) return document;
    const startedAt = performance.now();
    if (startedAt < this.nextCompilationAt || !this.seen.delete(sha256Of(text))) return undefined;
    const compiled = compile(this.schema, text);
    if (compiled) {
      this.texts.set(compiled.sha256, text);
      this.learned.set(text, compiled);
    }
    const finishedAt = performance.now();
    this.nextCompilationAt = finishedAt + (finishedAt - startedAt) / COMPILATION_SHARE;
    return compiled;
  }
}

/** Takes some milliseconds. undefined: only Apollo Server can say what is wrong with it, or which of its operations is meant. */
function compile(schema: GraphQLSchema, text: string) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation || validate(schema, document).length > 0) return undefined;
  const compiled = compileQuery(schema, document, operation.name?.value);
  if (!isCompiledQuery(compiled)) return undefined;
  return {
    sha256: sha256Of(text),
    operationName: operation.name?.value,
    isQuery: operation.operation === 'query',
    /** The root fields, for the log and the metrics. */
    label: operationLabel(document, operation),
    /** The result has no `data`, and nothing was executed, when the variables do not fit. */
    execute: (context: object, variables: object) => compiled.query(undefined, context, variables),
  };
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNullable = (value: unknown): value is Record<string, unknown> | null =>
  value === null || isRecord(value);
