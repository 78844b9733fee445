import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import addFormats from 'ajv-formats';

import type { JourneyChange } from '../../src/domain/journey';
import { busEventOf, eventIdOf, eventKinds, type Kind } from '../../src/events/eventKinds';
import { ended, started } from './changes';

const examples: Readonly<Record<Kind, JourneyChange>> = {
  STARTED: started('j-1'),
  ENDED: ended(started('j-1')),
};
const kinds = Object.keys(eventKinds) as Kind[];

const schemaOf = (kind: Kind): AnySchemaObject =>
  JSON.parse(readFileSync(join(__dirname, '../../src/events', eventKinds[kind].schema), 'utf8'));

/** The registry of EventBridge takes draft 4, which Ajv validates as it is in the subset that the schemas use. */
const ajv = addFormats(new Ajv({ allErrors: true, validateSchema: false }));

describe('The kinds of events', () => {
  it.each(kinds)('have a JSON Schema that their events fit, without an undeclared field: %s', (kind) => {
    const schema = schemaOf(kind);
    const validate = ajv.compile(schema);
    const { type, detail } = busEventOf(examples[kind]);

    expect(schema.title).toBe(type);
    expect(validate(detail) ? [] : validate.errors).toEqual([]);
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(detail)));
    for (const name of Object.keys(detail)) {
      expect(validate({ ...detail, [name]: undefined })).toBe(false);
      expect(validate({ ...detail, [name]: {} })).toBe(false);
    }
  });

  it('have different types on the bus, and event ids of one journey that differ', () => {
    expect(new Set(kinds.map((kind) => eventKinds[kind].busType)).size).toBe(kinds.length);
    expect(new Set(kinds.map((kind) => eventIdOf(examples[kind]))).size).toBe(kinds.length);
  });
});
