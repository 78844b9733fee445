// Old apps keep working. `check` holds the schema and the trusted documents against what was released: client/released/
// has the hashes of each released version of the client, the schema of the last release, and that of each of its events.
// `release` adds the client's current version to it. A folder as the last argument takes the repository's place.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { main, root, SetupError } from './setup.mjs';

const [command, folder = root] = process.argv.slice(2);
const { buildSchema, findBreakingChanges, parse, validate } = createRequire(import.meta.url)('graphql');

const documentsFolder = join(folder, 'src/graphql/trusted-documents');
const versionsFile = join(folder, 'client/released/versions.json');
const releasedSchemaFile = join(folder, 'client/released/schema.graphql');

const eventsFolder = join(folder, 'src/events/schemas');
const releasedEventsFolder = join(folder, 'client/released/events');

const readText = (file) => readFileSync(file, 'utf8');
const readJson = (file) => JSON.parse(readText(file));
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** Text by hash, of every version's file together. */
const trustedDocuments = () =>
  Object.assign({}, ...readdirSync(documentsFolder).map((file) => readJson(join(documentsFolder, file))));

const currentVersion = () => readJson(join(folder, 'client/package.json')).version;
const hashesOf = (version) => Object.keys(readJson(join(documentsFolder, `${version}.json`)));

/** What a subscriber to the released events could miss: a type, a field, the certainty of a field, a value. */
function* lostInEvents() {
  if (!existsSync(releasedEventsFolder)) return;
  for (const file of readdirSync(releasedEventsFolder)) {
    const released = readJson(join(releasedEventsFolder, file));
    const path = join(eventsFolder, file);
    if (!existsSync(path)) {
      yield `the event ${released.title} is gone.`;
      continue;
    }
    const { properties, required } = readJson(path);
    for (const [name, field] of Object.entries(released.properties)) {
      if (!properties[name]) yield `${released.title} has lost the field ${name}.`;
      else if (properties[name].type !== field.type) yield `${released.title}.${name} has another type.`;
      for (const value of field.enum ?? []) {
        if (properties[name] && !properties[name].enum?.includes(value))
          yield `${released.title}.${name} has lost the value ${value}.`;
      }
      if (released.required.includes(name) && !required.includes(name))
        yield `${released.title}.${name} may be missing now.`;
    }
  }
}

function check() {
  const released = readJson(versionsFile);
  const schema = buildSchema(readText(join(folder, 'schema.graphql')));
  const documents = trustedDocuments();
  const problems = [];

  for (const [version, hashes] of Object.entries(released)) {
    for (const hash of hashes) {
      if (documents[hash] === undefined)
        problems.push(`The client ${version} sends the document ${hash}, which is not trusted any more.`);
    }
  }
  for (const [hash, text] of Object.entries(documents)) {
    if (sha256(text) !== hash) problems.push(`${hash} is not the SHA-256 of its document.`);
    for (const { message } of validate(schema, parse(text)))
      problems.push(`The trusted document ${hash} does not fit the schema: ${message}`);
  }
  const version = currentVersion();
  const added = hashesOf(version).filter((hash) => released[version] && !released[version].includes(hash));
  if (added.length > 0)
    problems.push(`The client ${version} is released, and its documents changed: ${added.join(', ')}.`);
  for (const { description } of findBreakingChanges(buildSchema(readText(releasedSchemaFile)), schema))
    problems.push(`A breaking change of the schema: ${description}`);

  for (const loss of lostInEvents()) problems.push(`A breaking change of the events: ${loss}`);

  if (problems.length > 0) {
    throw new SetupError(
      `${problems.join('\n')}
Apps that are in the field send released documents and rely on the released schema. Restore what was removed (new
fields may stand beside it). For changed operations raise the version in client/package.json, restore
src/graphql/trusted-documents/ from Git, and run: npm run codegen`,
    );
  }
}

function release() {
  const released = existsSync(versionsFile) ? readJson(versionsFile) : {};
  const version = currentVersion();
  if (released[version])
    throw new SetupError(`The client ${version} is released already: raise its version.`);
  mkdirSync(join(folder, 'client/released'), { recursive: true });
  const versions = { ...released, [version]: hashesOf(version) };
  writeFileSync(versionsFile, `${JSON.stringify(versions, null, 2)}\n`);
  writeFileSync(releasedSchemaFile, readText(join(folder, 'schema.graphql')));
  mkdirSync(releasedEventsFolder, { recursive: true });
  for (const file of readdirSync(eventsFolder))
    writeFileSync(join(releasedEventsFolder, file), readText(join(eventsFolder, file)));
}

await main(() => {
  if (command !== 'release') return check();
  if (existsSync(versionsFile)) check();
  release();
});
