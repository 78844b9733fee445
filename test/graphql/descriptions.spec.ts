import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, isEnumType } from 'graphql';

const root = join(__dirname, '../..');
const schema = buildSchema(readFileSync(join(root, 'schema.graphql'), 'utf8'));
const sdl = readFileSync(join(root, 'schema.graphql'), 'utf8');
const settings = readFileSync(join(root, 'src/config/readConfig.ts'), 'utf8');

describe("The schema's descriptions", () => {
  it('name settings that exist', () => {
    const named = [...sdl.matchAll(/the setting ([A-Z_]+)/g)].map(([, name]) => name!);
    expect(new Set(named).size).toBeGreaterThan(5);
    for (const name of named) expect(settings).toContain(`  ${name}: `);
  });

  it('do not repeat the default of a setting', () => {
    expect(sdl).not.toMatch(/\b(120 km\/h|150 m|200 m|20 s|60 s|300 s|one hour)\b/);
  });

  it('explain every enum value, except the statuses that the booking system owns', () => {
    const silent = Object.values(schema.getTypeMap())
      .filter(isEnumType)
      .filter(({ name }) => !name.startsWith('__') && name !== 'SessionStatus')
      .flatMap((type) => type.getValues().map((value) => ({ type: type.name, value })))
      .filter(({ value }) => !value.description);
    expect(silent).toEqual([]);
  });
});
