import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError, type ASTVisitor, type ValidationContext } from 'graphql';

import { maxCostRule } from '../graphql/cost';
import { rootFields } from '../graphql/execution/operationLabel';

export const BODY_LIMIT_BYTES = 100 * 1024;
/** A document of our clients with its variables is some 1,000 characters long. */
export const MAX_URL_LENGTH = 8192;
const MAX_TOKENS = 1000;
const MAX_DEPTH = 8;
const MAX_ALIASES = 15;
const MAX_ROOT_FIELDS = 10;

/** As one validation error among others: thrown, which is these rules' default, it would be an internal error. */
const reported = {
  propagateOnRejection: false,
  onReject: [
    (context: ValidationContext | null, { message }: GraphQLError) =>
      context?.reportError(new GraphQLError(message.replace('Syntax Error: ', ''))),
  ],
};

/** Refuses documents that ask for more than any screen of ours does, before any of it is executed. */
const rules = [
  // The playground's introspection query is deeper by nature; where introspection is off it fails anyway.
  maxDepthRule({ n: MAX_DEPTH, ignoreIntrospection: true, ...reported }),
  maxAliasesRule({ n: MAX_ALIASES, ...reported }),
  maxRootFieldsRule,
  maxCostRule,
  noSubscriptionsRule,
];

export const documentLimits = { parseOptions: { maxTokens: MAX_TOKENS }, validationRules: rules };

/** Validation lets an operation pass for which the schema has no root type at all. */
function noSubscriptionsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      if (operation.operation !== 'subscription') return;
      context.reportError(
        new GraphQLError('There are no subscriptions: poll liveLocation.', { nodes: [operation] }),
      );
    },
  };
}

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
