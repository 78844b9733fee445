import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

import { eventKinds } from '../../src/events/eventKinds';

/** The registry of EventBridge takes draft 4, which Ajv validates as it is in the subset that the schemas use. */
const ajv = addFormats(new Ajv({ allErrors: true, validateSchema: false }));

export const readEventSchema = (file: string): AnySchemaObject =>
  JSON.parse(readFileSync(join(__dirname, '../../src/events', file), 'utf8')) as AnySchemaObject;

const compiled = new Map<string, ValidateFunction>();

/** The validator of a detail-type; null when there is no such type. */
function validatorOf(type: string): ValidateFunction | null {
  const kind = Object.values(eventKinds).find(({ busType }) => busType === type);
  if (!kind) return null;
  let validate = compiled.get(type);
  if (!validate) compiled.set(type, (validate = ajv.compile(readEventSchema(kind.schema))));
  return validate;
}

/** What is wrong with an event by its schema, which must declare all of its fields; null: nothing. */
export function schemaViolation(type: string, detail: object): string | null {
  const validate = validatorOf(type);
  if (!validate) return `There is no event of the type ${type}`;
  if (!validate(detail)) return `${type}: ${ajv.errorsText(validate.errors)}`;
  const { properties } = validate.schema as AnySchemaObject;
  const undeclared = Object.keys(detail).filter((name) => !Object.hasOwn(properties as object, name));
  return undeclared.length > 0 ? `${type}: the schema does not declare ${undeclared.join(', ')}` : null;
}
