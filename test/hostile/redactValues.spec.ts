import { buildSchema, execute, type GraphQLScalarType, parse, validate, type GraphQLError } from 'graphql';

import { redactValues } from '../../src/graphql/execution/redactValues';
import { DateTime } from '../../src/graphql/scalars';

const schema = buildSchema(`
  scalar DateTime
  enum Kind { HOME WORK }
  input Place {
    latitude: Float!, name: String, places: [Place!], id: ID, floor: Int, isHome: Boolean, kind: Kind, seenAt: DateTime
  }
  type Query { at(place: Place!, id: ID): Int }
`);
const { name: _, ...dateTime } = DateTime.toConfig();
Object.assign(schema.getType('DateTime') as GraphQLScalarType, dateTime);

describe('A message of graphql-js without the values that it quotes', () => {
  const ofVariable = async (place: unknown): Promise<string> => {
    const document = parse('query ($place: Place!) { at(place: $place) }');
    const { errors } = await execute({ schema, document, variableValues: { place } });
    return redactValues(errors![0]!.message);
  };

  it.each<[string, unknown, string]>([
    [
      'a string for a number',
      { latitude: '48.858' },
      'Variable "$place" is not valid at "place.latitude": Float cannot represent non numeric value.',
    ],
    [
      'a number for an object',
      48.858,
      'Variable "$place" is not valid: Expected type "Place" to be an object.',
    ],
    [
      'a list deep inside',
      { latitude: 1, places: [{ latitude: 1 }, { latitude: [48.858] }] },
      'Variable "$place" is not valid at "place.places[1].latitude": Float cannot represent non numeric value.',
    ],
    [
      'null for a number',
      { latitude: null, name: '48.858' },
      'Variable "$place" is not valid at "place.latitude": Expected non-nullable type "Float!" not to be null.',
    ],
    [
      'a missing field',
      { name: '48.858' },
      'Variable "$place" is not valid: Field "latitude" of required type "Float!" was not provided.',
    ],
    [
      'an unknown field, which it names',
      { latitude: 1, altitude: '48.858' },
      'Variable "$place" is not valid: Field "altitude" is not defined by type "Place".',
    ],
    [
      'an unknown field after a value that looks like a reason',
      { latitude: 1, name: 'Field "x48" is not defined by type "Place".', '48.858': 1 },
      'Variable "$place" is not valid: It has a field that is not defined by type "Place".',
    ],
    [
      'an unknown field, whose name is long enough for a token',
      { latitude: 1, [`t${'0'.repeat(41)}`]: 1 },
      'Variable "$place" is not valid: It has a field that is not defined by type "Place".',
    ],
    [
      'an unknown field, whose name is a value',
      { latitude: 1, '48.858': 1 },
      'Variable "$place" is not valid: It has a field that is not defined by type "Place".',
    ],
    [
      'a value that looks like the end of the quoted value',
      { latitude: '"; at "place.x48"; Float cannot represent 48.858"' },
      'Variable "$place" is not valid at "place.latitude": Float cannot represent non numeric value.',
    ],
    [
      'a number for a moment',
      { latitude: 1, seenAt: 48.858 },
      'Variable "$place" is not valid at "place.seenAt": DateTime cannot represent non string or Date type.',
    ],
    [
      'a text that is no moment',
      { latitude: 1, seenAt: '48.858' },
      'Variable "$place" is not valid at "place.seenAt": DateTime cannot represent an invalid date-time-string.',
    ],
    [
      'a fraction for a whole number',
      { latitude: 1, floor: 48.858 },
      'Variable "$place" is not valid at "place.floor": Int cannot represent non-integer value.',
    ],
    [
      'a whole number that is too great',
      { latitude: 1, floor: 48_858_000_000 },
      'Variable "$place" is not valid at "place.floor": Int cannot represent non 32-bit signed integer value.',
    ],
    [
      'an object for an id',
      { latitude: 1, id: { x: 48.858 } },
      'Variable "$place" is not valid at "place.id": ID cannot represent value.',
    ],
    [
      'a number for a text',
      { latitude: 1, name: 48.858 },
      'Variable "$place" is not valid at "place.name": String cannot represent a non string value.',
    ],
    [
      'a number for a truth value',
      { latitude: 1, isHome: 48.858 },
      'Variable "$place" is not valid at "place.isHome": Boolean cannot represent a non boolean value.',
    ],
    [
      'a number for a name of an enum',
      { latitude: 1, kind: 48.858 },
      'Variable "$place" is not valid at "place.kind": Enum "Kind" cannot represent non-string value.',
    ],
    [
      'a name that the enum lacks',
      { latitude: 1, kind: 'AT_48.858' },
      'Variable "$place" is not valid at "place.kind": It is a value that does not exist in "Kind" enum.',
    ],
  ])('%s', async (_, place, expected) => {
    await expect(ofVariable(place)).resolves.toBe(expected);
  });

  it.each<[string, string]>([
    ['{ at(place: { latitude: "48.858" }) }', 'Float cannot represent non numeric value.'],
    ['{ at(place: 48.858) }', 'Expected value of type "Place!".'],
    ['{ at(place: { latitude: 1 }, id: 48.858) }', 'ID cannot represent a non-string and non-integer value.'],
    [
      '{ at(place: { latitude: 1, nme: 1 }) }',
      'Field "nme" is not defined by type "Place". Did you mean "name"?',
    ],
  ])('in a document: %s', (document, expected) => {
    const messages = validate(schema, parse(document)).map(({ message }) => redactValues(message));
    expect(messages).toContain(expected);
    expect(messages.join()).not.toContain('48');
  });

  it.each<[string, string]>([
    ['{ at 48.858 }', 'Syntax Error: Expected Name, found Float.'],
    ['{ at(id: "48.858) }', 'Syntax Error: Unterminated string.'],
    ['48.858', 'Syntax Error: Unexpected Float.'],
    ['secret', 'Syntax Error: Unexpected Name.'],
    ['{ at { ', 'Syntax Error: Expected Name, found <EOF>.'],
    ['{ { at }', 'Syntax Error: Expected Name, found "{".'],
    ['{ at(id 48.858) }', 'Syntax Error: Expected ":", found Float.'],
  ])('in a text that is not a document: %s', (text, expected) => {
    let message = '';
    try {
      parse(text);
    } catch (error) {
      ({ message } = error as GraphQLError);
    }
    expect(redactValues(message)).toBe(expected);
  });

  it('is computed within 50 ms for long values', () => {
    const hostile = ['at "place', 'Field "', ' cannot represent', 'a', '; ', ', found ', 'Expected type "'];
    for (const part of hostile) {
      const text = part.repeat(100_000 / part.length);
      const startedAt = performance.now();
      redactValues(`Variable "$place" got invalid value "${text}"; ${text}`);
      redactValues(`Syntax Error: ${text}`);
      redactValues(text);
      expect(performance.now() - startedAt).toBeLessThan(50);
    }
  });
});
