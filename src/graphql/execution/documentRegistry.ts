import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';

import { compileDocument, sha256Of, type CompiledDocument } from './compiledDocument';

/** Each holds some 50 kB of compiled code. */
const MAX_LEARNED_DOCUMENTS = 200;
/** Of the texts that Apollo Server executed, in characters: of all, and of one that may be compiled. */
const MAX_SEEN_LENGTH = 4_000_000;
const MAX_TEXT_LENGTH = 20_000;

/** Introspection is rare, and `__proto__` as a name would be an object's prototype in compiled code instead of a field. */
const NEVER_COMPILED = /__schema|__type\(|__proto__/;

/** The operations of our own clients, text by SHA-256, as `npm run codegen` writes them. */
export const readTrustedDocuments = (): Record<string, string> =>
  JSON.parse(readFileSync(join(__dirname, 'trusted-documents.json'), 'utf8')) as Record<string, string>;

/** A request that needs no Apollo Server. */
export interface CompiledRequest {
  readonly document: CompiledDocument;
  readonly variables: Record<string, unknown>;
}

/**
 * The documents that are executed as compiled code. Trusted ones, which our own clients send, are compiled at the
 * start and stay. Any other is compiled when an authenticated user sends it again after Apollo Server has found it
 * valid and within the limits; the least recently used of them make room. Anonymous clients cause no compilation.
 */
export class DocumentRegistry {
  private readonly trusted = new Map<string, CompiledDocument>();
  private readonly learned = new LRUCache<string, CompiledDocument>({
    max: MAX_LEARNED_DOCUMENTS,
    dispose: ({ sha256 }) => this.byHash.delete(sha256),
  });
  /** The trusted and the learned documents. */
  private readonly byHash = new Map<string, CompiledDocument>();
  /** Texts by hash. */
  private readonly seen = new LRUCache<string, string>({
    maxSize: MAX_SEEN_LENGTH,
    maxEntrySize: MAX_TEXT_LENGTH,
    sizeCalculation: (text) => text.length,
  });

  constructor(
    private readonly schema: GraphQLSchema,
    /** Text by SHA-256. A trusted document that does not fit the schema is left to Apollo Server, which says why. */
    private readonly manifest: Readonly<Record<string, string>>,
    private readonly trustedOnly: boolean,
  ) {
    for (const text of Object.values(manifest)) {
      const document = compileDocument(schema, text);
      if (document) this.add(this.trusted, document);
    }
  }

  /** The text that a client of automatic persisted queries asks for by its hash. */
  textOf(sha256: string): string | undefined {
    const trusted = Object.hasOwn(this.manifest, sha256) ? this.manifest[sha256] : undefined;
    return trusted ?? this.byHash.get(sha256)?.text ?? this.seen.get(sha256);
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
  find(parameters: unknown, isAuthenticated: boolean): CompiledRequest | undefined {
    if (!isRecord(parameters)) return undefined;
    const { query, operationName, variables, extensions } = parameters;
    if ((variables != null && !isRecord(variables)) || (extensions != null && !isRecord(extensions))) {
      return undefined;
    }
    const document = this.documentOf(query, extensions?.persistedQuery, isAuthenticated);
    if (!document || (operationName != null && operationName !== document.operationName)) return undefined;
    return { document, variables: variables ?? {} };
  }

  private documentOf(
    query: unknown,
    persistedQuery: unknown,
    mayCompile: boolean,
  ): CompiledDocument | undefined {
    if (persistedQuery == null) return this.documentByText(query, mayCompile);
    if (!isRecord(persistedQuery) || persistedQuery.version !== 1) return undefined;
    const document =
      query == null
        ? this.documentByHash(persistedQuery.sha256Hash, mayCompile)
        : this.documentByText(query, mayCompile);
    return document?.sha256 === persistedQuery.sha256Hash ? document : undefined;
  }

  private documentByText(text: unknown, mayCompile: boolean): CompiledDocument | undefined {
    if (typeof text !== 'string') return undefined;
    const document = this.trusted.get(text) ?? this.learned.get(text);
    return document ?? (mayCompile && this.seen.size > 0 ? this.compileSeen(sha256Of(text)) : undefined);
  }

  private documentByHash(sha256: unknown, mayCompile: boolean): CompiledDocument | undefined {
    if (typeof sha256 !== 'string') return undefined;
    const document = this.byHash.get(sha256);
    // Looking it up marks it as used.
    if (document) this.learned.get(document.text);
    return document ?? (mayCompile ? this.compileSeen(sha256) : undefined);
  }

  private compileSeen(sha256: string): CompiledDocument | undefined {
    const text = this.seen.get(sha256);
    if (text === undefined) return undefined;
    this.seen.delete(sha256);
    const document = compileDocument(this.schema, text);
    if (document) this.add(this.learned, document);
    return document;
  }

  private add(
    documents: { set(text: string, document: CompiledDocument): unknown },
    document: CompiledDocument,
  ) {
    documents.set(document.text, document);
    this.byHash.set(document.sha256, document);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
