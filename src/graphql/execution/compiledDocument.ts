import { createHash } from 'node:crypto';
import { getOperationAST, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';

import type { ExecutionContext } from './executionContext';
import { operationLabel } from './operationLabel';

/** A document with one operation, compiled to a function. */
export interface CompiledDocument {
  readonly text: string;
  readonly sha256: string;
  readonly operationName: string | undefined;
  readonly isQuery: boolean;
  /** The root fields, for the log and the metrics. */
  readonly label: string;
  /** Without `data`, and with nothing executed, when the variables do not fit. */
  execute(
    context: ExecutionContext,
    variables: Record<string, unknown>,
  ): ExecutionResult | Promise<ExecutionResult>;
}

export const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Takes some milliseconds. undefined: only Apollo Server can say what is wrong with it, or which of its operations is meant. */
export function compileDocument(schema: GraphQLSchema, text: string): CompiledDocument | undefined {
  const document = parse(text);
  if (validate(schema, document).length > 0) return undefined;
  const operation = getOperationAST(document);
  if (!operation) return undefined;
  const compiled: CompiledQuery | ExecutionResult = compileQuery(schema, document, operation.name?.value);
  if (!isCompiledQuery(compiled)) return undefined;
  return {
    text,
    sha256: sha256Of(text),
    operationName: operation.name?.value,
    isQuery: operation.operation === 'query',
    label: operationLabel(document, operation),
    execute: (context, variables) => compiled.query(undefined, context, variables),
  };
}
