import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

import { rootFields } from './operationLabel';

export const MAX_TOKENS = 1000;
const MAX_DEPTH = 8;
const MAX_ALIASES = 15;
const MAX_ROOT_FIELDS = 10;

/** Refuses documents that ask for more than any screen of ours does, before any of it is executed. */
export const limitRules = [
  // The playground's introspection query is deeper by nature; where introspection is off it fails anyway.
  maxDepthRule({ n: MAX_DEPTH, ignoreIntrospection: true, propagateOnRejection: true }),
  maxAliasesRule({ n: MAX_ALIASES, propagateOnRejection: true }),
  maxRootFieldsRule,
];

function maxRootFieldsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const count = rootFields(
        operation.selectionSet,
        (name) => context.getFragment(name)?.selectionSet,
      ).length;
      if (count > MAX_ROOT_FIELDS) {
        context.reportError(
          new GraphQLError(
            `The operation has ${count} root fields; at most ${MAX_ROOT_FIELDS} are allowed.`,
            {
              nodes: [operation],
            },
          ),
        );
      }
    },
  };
}
