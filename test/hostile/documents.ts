import fc, { type Arbitrary } from 'fast-check';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** Mostly the empty text: a document of several parts reaches the most code when only few of them are invalid. */
const rarely = (...texts: string[]): Arbitrary<string> =>
  fc.oneof({ weight: 40, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...texts) });

/** Texts that often break programs. */
export const hostileText: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'toString',
    '../../etc/passwd',
    '{00}',
    'a:b{c}d',
    '*',
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfffy',
    '\u202e\ufeff',
    '%00',
    '\r\nset-cookie: a=b',
    "'; DROP TABLE session; --",
    '${7*7}{{7*7}}',
    'null',
    '9'.repeat(400),
    'A'.repeat(65),
    'A'.repeat(20_000),
    '😀'.repeat(30),
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

export const hostileNumber: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '-1',
    '1e400',
    '-1e400',
    '1e-400',
    '99999999999999999999',
    '2147483648',
    '0.1e-7',
    '180.0000001',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

/** A GraphQL literal for an input of this type: mostly of the type, sometimes of another, or invalid. */
function literal(type: GraphQLInputType, ids: readonly string[], depth = 0): Arbitrary<string> {
  const anyLiteral = fc.oneof(
    hostileText.map((text) => JSON.stringify(text)),
    hostileNumber,
    fc.constantFrom(
      'null',
      'true',
      '[]',
      '{}',
      'EN_ROUTE',
      '[[[1]]]',
      '{ __proto__: { a: 1 } }',
      '$absent',
      '"""\\u{110000}"""',
    ),
  );
  if (depth > 4) return anyLiteral;
  const fitting = (): Arbitrary<string> => {
    if (isNonNullType(type)) return literal(type.ofType, ids, depth);
    if (isListType(type)) {
      return fc
        .array(literal(type.ofType, ids, depth + 1), { maxLength: 4 })
        .map((items) => `[${items.join(', ')}]`);
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      return fc
        .subarray(fields)
        .chain((chosen) =>
          fc.tuple(
            ...chosen.map((field) =>
              literal(field.type, ids, depth + 1).map((value) => `${field.name}: ${value}`),
            ),
          ),
        )
        .map((entries) => `{ ${entries.join(', ')} }`);
    }
    if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
    switch (getNamedType(type).name) {
      case 'ID':
        return fc.constantFrom(...ids).map((id) => JSON.stringify(id));
      case 'Int':
        return fc.integer({ min: -5, max: 120 }).map(String);
      case 'Float':
        return fc.double({ min: -200, max: 400, noNaN: true }).map(String);
      case 'Boolean':
        return fc.constantFrom('true', 'false');
      case 'DateTime':
        return fc.date({ noInvalidDate: true }).map((date) => JSON.stringify(date.toISOString()));
      default:
        return hostileText.map((text) => JSON.stringify(text));
    }
  };
  return fc.oneof({ weight: 40, arbitrary: fitting() }, { weight: 1, arbitrary: anyLiteral });
}

function field(
  definition: GraphQLField<unknown, unknown>,
  ids: readonly string[],
  depth: number,
): Arbitrary<string> {
  const given = definition.args.map((argument) =>
    fc
      .option(literal(argument.type, ids), { freq: 40 })
      .map((value) => (value === null ? '' : `${argument.name}: ${value}`)),
  );
  const type = getNamedType(definition.type);
  const children = isLeafType(type)
    ? rarely('{ id }')
    : isObjectType(type)
      ? selection(type, ids, depth + 1)
      : fc.constant('');
  const decoration = rarely('alias: ', '__proto__: ');
  const directive = rarely(
    ' @include(if: true)',
    ' @skip(if: "x")',
    ' @absent',
    ' @include(if: true) @include(if: true)',
  );
  return fc.tuple(decoration, fc.tuple(...given), directive, children).map(([alias, texts, at, rest]) => {
    const list = texts.filter(Boolean).join(', ');
    return `${alias}${definition.name}${list && `(${list})`}${at} ${rest}`;
  });
}

function selection(type: GraphQLObjectType, ids: readonly string[], depth: number): Arbitrary<string> {
  const fields = Object.values(type.getFields());
  const leaves = fields.filter(({ type: of }) => isLeafType(getNamedType(of)));
  const choices = depth > 9 ? leaves : fields;
  return fc
    .subarray(choices, { minLength: 1, maxLength: Math.min(3, choices.length) })
    .chain((chosen) => fc.tuple(...chosen.map((definition) => field(definition, ids, depth))))
    .map((texts) => `{ ${texts.join(' ')} __typename }`);
}

/** Documents generated from the schema: most of them valid, with arguments that may be out of range or of the wrong type. */
export function documentsOf(schema: GraphQLSchema, ids: readonly string[]): Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: selection(schema.getQueryType()!, ids, 0).map((text) => `query ${text}`) },
    { weight: 2, arbitrary: selection(schema.getMutationType()!, ids, 0).map((text) => `mutation ${text}`) },
    {
      weight: 1,
      arbitrary: selection(schema.getQueryType()!, ids, 0).map((text) => `query A ${text} query B ${text}`),
    },
    {
      weight: 1,
      arbitrary: selection(schema.getQueryType()!, ids, 0).map(
        (text) => `{ ...F ...F } fragment F on Query ${text}`,
      ),
    },
  );
}

/** A text with some of its characters dropped, doubled or replaced. */
export const mutated = (of: Arbitrary<string>): Arbitrary<string> =>
  fc
    .tuple(
      of,
      fc.array(
        fc.tuple(fc.nat(), fc.constantFrom('', '{', '}', '(', '"', '\\', '$', '\u0000', '...', '#', '[')),
        { minLength: 1, maxLength: 5 },
      ),
    )
    .map(([text, edits]) =>
      edits.reduce((edited, [at, put]) => {
        const place = at % (edited.length + 1);
        return edited.slice(0, place) + put + edited.slice(place + (at % 3));
      }, text),
    );

const repeat = (count: number, part: (index: number) => string, joint = ' '): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(joint);

/** Documents whose cost is far out of proportion to their length, each for another reason. */
export const bombs: readonly string[] = [
  `{ ${repeat(400, (n) => `a${n}: viewer { id }`)} }`,
  `{ ${'session(id: "s") { lastJourney { '.repeat(60)} id ${'} }'.repeat(60)} }`,
  `{ ...F0 } ${repeat(90, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F90 on Query { viewer { id } }`,
  `{ ...F0 } ${repeat(60, (n) => `fragment F${n} on Query { a: viewer { id } ...F${n + 1} b: viewer { id } ...F${n + 1} }`)} fragment F60 on Query { viewer { id } }`,
  `{ viewer { ...G0 } } ${repeat(90, (n) => `fragment G${n} on Viewer { ...G${n + 1} ...G${n + 1} }`)} fragment G90 on Viewer { id }`,
  '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
  '{ ...A } fragment A on Query { viewer { id } ...A }',
  `{ ...${'Absent '.repeat(300)} }`,
  `{ viewer { ${repeat(900, () => 'id')} } }`,
  `{ viewer { id ${repeat(120, () => '@include(if: true)')} } }`,
  `query (${repeat(150, (n) => `$v${n}: ID`)}) { viewer { id } }`,
  `{ liveLocations(sessionIds: [${repeat(900, () => '"s"', ',')}]) { state } }`,
  `{ liveLocation(sessionId: ${'['.repeat(400)}${']'.repeat(400)}) { state } }`,
  `{ liveLocation(sessionId: ${'{a:'.repeat(200)}1${'}'.repeat(200)}) { state } }`,
  `${'{'.repeat(900)}`,
  `#${'#'.repeat(90_000)}`,
  `{ viewer { id } } ${repeat(100, (n) => `query Q${n} { viewer { id } }`)}`,
  `{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }`,
  `subscription { viewer { id } }`,
  `mutation { ${repeat(11, (n) => `a${n}: stopJourney(sessionId: "s") { id }`)} }`,
];

/** Documents that are just within the limits. */
export const heavy: readonly string[] = [
  `{ ${','.repeat(90_000)} viewer { id } }`,
  `{ sessions(first: 100) { edges { node { liveLocation { state } lastJourney { session { lastJourney { session { id } } } } } } } }`,
  `{ sessions(first: 100) { edges { node { id shares { id expiresAt } journeys(first: 80) { id state } } } } }`,
];
