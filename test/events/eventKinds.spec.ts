import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

import type { Change } from '../../src/domain/journey';
import { busEventOf, eventIdOf, eventKinds, type Kind } from '../../src/events/eventKinds';
import { readEventSchema, schemaViolation } from '../support/eventSchemas';
import { alertChanged, ended, noShow, stageReached, started } from './changes';

const examples: Readonly<Record<Kind, Change>> = {
  STARTED: started('j-1'),
  STAGE_REACHED: stageReached(started('j-1')),
  ALERT: alertChanged(started('j-1'), 3),
  NO_SHOW: noShow('session-of-j-1'),
  ENDED: ended(started('j-1'), 4),
};
const kinds = Object.keys(eventKinds) as Kind[];

const ajv = addFormats(new Ajv({ allErrors: true, validateSchema: false }));

describe('The kinds of events', () => {
  it.each(kinds)('have a JSON Schema that their events fit, without an undeclared field: %s', (kind) => {
    const schema = readEventSchema(eventKinds[kind].schema);
    const validate = ajv.compile(schema);
    const { type, detail } = busEventOf(examples[kind]);

    expect(schema.title).toBe(type);
    expect(schemaViolation(type, detail)).toBeNull();
    expect(schemaViolation(type, { ...detail, latitude: 52.5 })).toContain('does not declare latitude');
    for (const name of Object.keys(detail)) {
      expect(validate({ ...detail, [name]: undefined })).toBe(false);
      expect(validate({ ...detail, [name]: {} })).toBe(false);
    }
  });

  it('have different types on the bus, and event ids of one journey that differ', () => {
    // NO_SHOW is an alert to subscribers.
    const types = new Set(kinds.filter((kind) => kind !== 'NO_SHOW').map((kind) => eventKinds[kind].busType));
    expect(types.size).toBe(kinds.length - 1);
    expect(eventKinds.NO_SHOW.busType).toBe(eventKinds.ALERT.busType);
    expect(new Set(kinds.map((kind) => eventIdOf(examples[kind]))).size).toBe(kinds.length);
  });
});
