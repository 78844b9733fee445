/**
 * Writes each operation as a call that makes its document (src/connection/documents.ts): a fifth of the size of the
 * documents themselves, which each app would download. Apollo Client's documents have no other form that loads as fast.
 */
const { Kind, concatAST, print } = require('graphql');
const { operationsOf } = require('./operations.cjs');

const definitionsOf = (files, kind) =>
  concatAST(files.map(({ document }) => document)).definitions.filter((each) => each.kind === kind);

/** A field is its name, or its name, arguments and selections; a spread is the name after three dots. */
function selectionOf(node) {
  if (node.directives?.length > 0 || node.alias) throw new Error(`Not supported: ${print(node)}`);
  if (node.kind === Kind.FRAGMENT_SPREAD) return `...${node.name.value}`;
  if (node.kind !== Kind.FIELD) throw new Error(`Not supported: ${print(node)}`);
  const parameters = (node.arguments ?? []).map(({ name, value }) => {
    if (value.kind !== Kind.VARIABLE || value.name.value !== name.value)
      throw new Error(`An argument takes the variable of its own name: ${print(node)}`);
    return name.value;
  });
  if (!node.selectionSet && parameters.length === 0) return node.name.value;
  return [node.name.value, parameters, ...(node.selectionSet ? [selectionsOf(node)] : [])];
}

/** Without `__typename`, which stands at the end of each selection but an operation's (add-typename.cjs). */
const selectionsOf = ({ selectionSet }) =>
  (selectionSet?.selections ?? []).map(selectionOf).filter((selection) => selection !== '__typename');

/** Names of all fragments that are spread here, also within each other, in the order of their declaration. */
function fragmentsOf(operation, fragments) {
  const used = new Set();
  const collect = (node) => {
    for (const [, name] of print(node).matchAll(/\.\.\.(\w+)/g)) {
      if (used.has(name)) continue;
      used.add(name);
      collect(fragments.find((fragment) => fragment.name.value === name));
    }
  };
  collect(operation);
  return fragments.map(({ name }) => name.value).filter((name) => used.has(name));
}

/** Without padding: the client adds what it needs. */
const base64Of = (hexadecimal) => Buffer.from(hexadecimal, 'hex').toString('base64').replace('=', '');

exports.plugin = (_schema, files) => {
  const fragments = definitionsOf(files, Kind.FRAGMENT_DEFINITION);
  const operations = definitionsOf(files, Kind.OPERATION_DEFINITION);
  const hashes = new Map(operationsOf(files).map(({ name, sha256Hash }) => [name, base64Of(sha256Hash)]));
  const text = JSON.stringify;
  return {
    prepend: ["import { documentOf, fragmentOf } from '../connection/documents.js';\n"],
    content: [
      ...fragments.map(
        (fragment) =>
          `const ${fragment.name.value} = /*#__PURE__*/ fragmentOf(${text(fragment.name.value)}, ${text(fragment.typeCondition.name.value)}, ${text(selectionsOf(fragment))});`,
      ),
      ...operations.map((operation) => {
        const name = operation.name.value;
        const isQuery = operation.operation === 'query';
        const type = `${name}${isQuery ? 'Query' : 'Mutation'}`;
        const variables = operation.variableDefinitions.map((each) => {
          if (each.defaultValue) throw new Error(`Not supported: ${print(each)}`);
          return [each.variable.name.value, print(each.type)];
        });
        const used = fragmentsOf(operation, fragments).join(', ');
        return `export const ${name}Document = /*#__PURE__*/ documentOf<${type}, ${type}Variables>({ ${isQuery ? '' : `operation: ${text(operation.operation)}, `}name: ${text(name)}, variables: ${text(Object.fromEntries(variables))}, selections: ${text(selectionsOf(operation))}${used && `, fragments: [${used}]`}, sha256: ${text(hashes.get(name))} });`;
      }),
    ].join('\n'),
  };
};
