import { GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

import { compileDocument, sha256Of, type CompiledDocument } from './compiledDocument';

/** Each holds some 50 kB of compiled code. */
const MAX_LEARNED_DOCUMENTS = 200;
/** In characters: of all texts that Apollo Server executed, and of one that may be compiled. */
const MAX_SEEN_LENGTH = 4_000_000;
const MAX_TEXT_LENGTH = 20_000;
/** Compilation takes at most this share of the CPU: some clients write ids into their documents, which never come again. */
const COMPILATION_SHARE = 0.05;

/** Introspection is rare, and `__proto__` as a name would be an object's prototype in compiled code instead of a field. */
const NEVER_COMPILED = /__schema|__type\(|__proto__/;

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
      const document = compileDocument(schema, text);
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
    const { query, operationName, variables, extensions } = parameters;
    if (!isOptionalRecord(variables) || !isOptionalRecord(extensions)) return undefined;
    const persistedQuery = extensions?.persistedQuery;
    if (!isOptionalRecord(persistedQuery)) return undefined;
    const text = query ?? this.textOf(String(persistedQuery?.sha256Hash));
    const document = typeof text === 'string' ? this.documentOf(text, isAuthenticated) : undefined;
    if (!document || (operationName ?? document.operationName) !== document.operationName) return undefined;
    const { version, sha256Hash } = persistedQuery ?? { version: 1, sha256Hash: document.sha256 };
    if (version !== 1 || sha256Hash !== document.sha256) return undefined;
    return { document, variables: variables ?? {} };
  }

  private documentOf(text: string, mayCompile: boolean): CompiledDocument | undefined {
    const document = this.trusted.get(text) ?? this.learned.get(text);
    return document ?? (mayCompile && this.seen.size > 0 ? this.compileSeen(text) : undefined);
  }

  private compileSeen(text: string): CompiledDocument | undefined {
    const startedAt = performance.now();
    const sha256 = sha256Of(text);
    if (!this.seen.has(sha256) || startedAt < this.nextCompilationAt) return undefined;
    this.seen.delete(sha256);
    const document = compileDocument(this.schema, text);
    if (document) {
      this.texts.set(sha256, text);
      this.learned.set(text, document);
    }
    const finishedAt = performance.now();
    this.nextCompilationAt = finishedAt + (finishedAt - startedAt) / COMPILATION_SHARE;
    return document;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOptionalRecord = (value: unknown): value is Record<string, unknown> | null | undefined =>
  value == null || isRecord(value);
