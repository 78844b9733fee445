import { records } from './records';

type RecordName = keyof typeof records;

/** The lists that a script may ask for. */
export type FieldListName = RecordName | typeof STORED_LOCATION;

const LAST_PREFIX = 'last';

/** The names of a record's fields in its hash. */
const hashFields = (name: FieldListName): readonly string[] => {
  if (name === STORED_LOCATION) return [...records.location.names, ...records.track.names];
  return name === 'lastJourney'
    ? records[name].names.map((field) => LAST_PREFIX + field[0]!.toUpperCase() + field.slice(1))
    : records[name].names;
};

/** `track` lies in the same hash as `location`, and both are read at once. */
const STORED_LOCATION = 'storedLocation';

/** The list of a record's fields as a Lua local: `ACTIVE_JOURNEY` for `activeJourney`. */
export const luaFieldList = (name: FieldListName): string =>
  `local ${snakeCase(name).toUpperCase()} = { ${hashFields(name).map(quoted).join(', ')} }`;

/**
 * A Lua function that reads a record by the names of its fields: `read_active_journey(key, …)`. It returns nil without the
 * first of them, for then there is no such record; after it the values of the fields that the call names besides.
 */
export function luaReader(name: FieldListName): string {
  const fields = hashFields(name);
  return `local function read_${snakeCase(name)}(key, ...)
  local values = redis.call('HMGET', key, ${fields.map(quoted).join(', ')}, ...)
  if not values[1] then return nil end
  return { ${fields.map((field, at) => `${field} = values[${at + 1}] or nil`).join(', ')} }, unpack(values, ${fields.length + 1})
end`;
}

/**
 * A Lua function that lists a record's names and values, without the absent ones, as HSET takes them, and their number:
 * `stored_location_fields(record)`. The list has its full size from the start: to let it grow costs more than to fill it.
 */
export function luaFieldWriter(name: FieldListName): string {
  const fields = hashFields(name);
  return `local function ${snakeCase(name)}_fields(record)
  local list, count, value = { ${fields.map(() => 'nil, nil').join(', ')} }, 0, nil
${fields.map((field) => `  value = record.${field} if value then list[count + 1], list[count + 2], count = '${field}', value, count + 2 end`).join('\n')}
  return list, count
end`;
}

/**
 * A Lua function that names a record's values, as a caller encodes them (an empty one is absent) from an index on, and
 * returns the index after them too: `named_fix(values, from)`.
 */
export function luaNamer(name: FieldListName): string {
  const fields = hashFields(name);
  const locals = fields.map((_, at) => `v${at}`);
  return `local function named_${snakeCase(name)}(values, from)
  local ${locals.join(', ')} = unpack(values, from, from + ${fields.length - 1})
  return { ${fields.map((field, at) => `${field} = v${at} ~= '' and v${at} or nil`).join(', ')} }, from + ${fields.length}
end`;
}

/** A Lua function that lists a record's values in the order of its fields, as replies carry them: `applied_update_values`. */
export const luaValues = (name: FieldListName): string =>
  `local function ${snakeCase(name)}_values(record)
  return { ${hashFields(name)
    .map((field) => `record.${field} or false`)
    .join(', ')} }
end`;

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
const quoted = (field: string): string => `'${field}'`;
