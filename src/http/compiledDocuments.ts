import {
  getOperationAST,
  GraphQLError,
  parse,
  validate,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { LRUCache } from 'lru-cache';

import type { HttpContext } from './apollo';
import { operationLabel } from './operationLabel';

/** A document that answers of Apollo have shown to be good so often is worth compiling (some ms). */
const SEEN_BEFORE_COMPILING = 3;
const MAX_SEEN = 1000;
const MAX_LEARNED = 200;

/** Introspection, which few ask for often; and a name that in compiled code would be no field's, but an object's prototype. */
const unlearnable = /__schema|__type\(|__proto__/;

/** A document with one operation, compiled to a function. */
export interface CompiledDocument {
  readonly operationName: string | undefined;
  readonly isQuery: boolean;
  /** The root fields, for log and metrics. */
  readonly label: string;
  /** Without `data` when the variables don't fit. */
  execute(context: HttpContext, variables: Record<string, unknown>): Promise<ExecutionResult>;
}

/**
 * The documents that the server answers on its short way. Trusted ones, which our own clients send, are
 * compiled at the start; others once Apollo has answered them a few times. Both maps are bounded.
 */
export class CompiledDocuments {
  private readonly trusted = new Map<string, CompiledDocument>();
  private readonly textByHash: ReadonlyMap<string, string>;
  private readonly learned = new LRUCache<string, CompiledDocument>({ max: MAX_LEARNED });
  private readonly seen = new LRUCache<string, number>({ max: MAX_SEEN });

  /** `manifest`: text by SHA-256. A trusted document that the schema does not take is left to Apollo, which says why. */
  constructor(
    private readonly schema: GraphQLSchema,
    manifest: Readonly<Record<string, string>>,
    private readonly trustedOnly: boolean,
  ) {
    this.textByHash = new Map(Object.entries(manifest));
    for (const text of this.textByHash.values()) {
      const compiled = this.compile(text);
      if (compiled) this.trusted.set(text, compiled);
    }
  }

  /** The text of a trusted document. */
  textOf(sha256: string): string | undefined {
    return this.textByHash.get(sha256);
  }

  /** Refuses, where only trusted documents are let in, any other. */
  admit(text: string): void {
    if (!this.trustedOnly || this.trusted.has(text)) return;
    throw new GraphQLError('Only the documents of the published clients are answered here.', {
      extensions: { code: 'DOCUMENT_NOT_TRUSTED' },
    });
  }

  find(text: string): CompiledDocument | undefined {
    return this.trusted.get(text) ?? this.learned.get(text);
  }

  /** Apollo took this document: it is within the limits, and fits the schema. */
  learn(text: string): void {
    if (this.trustedOnly || unlearnable.test(text)) return;
    const times = (this.seen.get(text) ?? 0) + 1;
    if (times < SEEN_BEFORE_COMPILING) {
      this.seen.set(text, times);
      return;
    }
    this.seen.delete(text);
    const compiled = this.compile(text);
    if (compiled) this.learned.set(text, compiled);
  }

  private compile(text: string): CompiledDocument | undefined {
    const document = parse(text);
    if (validate(this.schema, document).length > 0) return undefined;
    // Which of several operations is meant is left to Apollo.
    const operation = getOperationAST(document);
    if (!operation) return undefined;
    const compiled: CompiledQuery | ExecutionResult = compileQuery(
      this.schema,
      document,
      operation.name?.value,
    );
    if (!isCompiledQuery(compiled)) return undefined;
    return {
      operationName: operation.name?.value,
      isQuery: operation.operation === 'query',
      label: operationLabel(document, operation),
      execute: (context, variables) => {
        const result = compiled.query(undefined, context, variables);
        return result instanceof Promise ? result : Promise.resolve(result);
      },
    };
  }
}
