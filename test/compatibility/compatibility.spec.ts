import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const script = join(root, 'scripts/compatibility.mjs');
const { version } = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8')) as {
  version: string;
};
const DOCUMENTS = `src/graphql/trusted-documents/${version}.json`;
const VERSIONS = 'client/released/versions.json';

/** A copy of what the check reads, in which the client's current version is a released one. */
class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'journey-compatibility-'));

  constructor() {
    for (const path of [
      'schema.graphql',
      'client/package.json',
      'client/released',
      'src/graphql/trusted-documents',
      'src/events/schemas',
    ])
      cpSync(join(root, path), join(this.folder, path), { recursive: true });
    const hashes = Object.keys(JSON.parse(this.read(DOCUMENTS)) as object);
    const versions = JSON.parse(this.read(VERSIONS)) as object;
    this.write(VERSIONS, JSON.stringify({ ...versions, [version]: hashes }));
    this.write('client/released/schema.graphql', this.read('schema.graphql'));
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** Replaces the file's text, which must change. */
  edit(path: string, pattern: RegExp, replacement: string): void {
    const text = this.read(path);
    expect(text).toMatch(pattern);
    this.write(path, text.replace(pattern, replacement));
  }

  editDocuments(change: (documents: Record<string, string>) => void): void {
    const documents = JSON.parse(this.read(DOCUMENTS)) as Record<string, string>;
    change(documents);
    this.write(DOCUMENTS, JSON.stringify(documents));
  }

  run(command: 'check' | 'release'): { passes: boolean; output: string } {
    const { status, stderr } = spawnSync(process.execPath, [script, command, this.folder], {
      encoding: 'utf8',
    });
    return { passes: status === 0, output: stderr };
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('The check that old apps keep working', () => {
  let checkout: Checkout;
  beforeEach(() => (checkout = new Checkout()));
  afterEach(() => rmSync(checkout.folder, { recursive: true }));

  it('passes while nothing that was released has changed', () => {
    expect(checkout.run('check')).toEqual({ passes: true, output: '' });
  });

  it('refuses to lose a document of a released version', () => {
    const [hash] = Object.keys(JSON.parse(checkout.read(DOCUMENTS)) as object);
    checkout.editDocuments((documents) => delete documents[hash!]);
    const { passes, output } = checkout.run('check');
    expect(passes).toBe(false);
    expect(output).toContain(
      `The client ${version} sends the document ${hash}, which is not trusted any more`,
    );
  });

  it('refuses to lose the file of a released version', () => {
    checkout.write('src/graphql/trusted-documents/99.0.0.json', '{}');
    checkout.edit('client/package.json', /"version": "[^"]+"/, '"version": "99.0.0"');
    unlinkSync(join(checkout.folder, DOCUMENTS));
    expect(checkout.run('check').output).toMatch(/is not trusted any more/);
  });

  it('refuses a document whose text is not that of its hash', () => {
    checkout.editDocuments((documents) => {
      for (const hash of Object.keys(documents)) documents[hash] += ' ';
    });
    expect(checkout.run('check').output).toMatch(/is not the SHA-256 of its document/);
  });

  it('requires a new version of the client when the documents of a released one change', () => {
    const text = '{ viewer { id } }';
    checkout.editDocuments((documents) => (documents[sha256(text)] = text));
    const { output } = checkout.run('check');
    expect(output).toMatch(/is released, and its documents changed/);
    expect(output).toMatch(/raise the version in client\/package\.json/);

    checkout.write('src/graphql/trusted-documents/99.0.0.json', checkout.read(DOCUMENTS));
    cpSync(join(root, DOCUMENTS), join(checkout.folder, DOCUMENTS));
    checkout.edit('client/package.json', /"version": "[^"]+"/, '"version": "99.0.0"');
    expect(checkout.run('check')).toEqual({ passes: true, output: '' });
    expect(checkout.run('release')).toEqual({ passes: true, output: '' });
    const versions = JSON.parse(checkout.read(VERSIONS)) as Record<string, string[]>;
    expect(versions['99.0.0']).toContain(sha256(text));
    expect(versions[version]).not.toContain(sha256(text));
    expect(checkout.run('release').output).toMatch(/99\.0\.0 is released already/);
  });

  it.each([
    ['a field that is gone', /\n {2}version: Int!/, '\n  revision: Int!', 'LiveLocation.version was removed'],
    [
      'a field that may be null now',
      / {2}isActive: Boolean!/,
      '  isActive: Boolean',
      'LiveLocation.isActive changed type',
    ],
    [
      'an argument that is required now',
      /clientRequestId: ID\n/,
      'clientRequestId: ID!\n',
      'clientRequestId',
    ],
  ])('refuses a breaking change of the schema: %s', (_, pattern, replacement, problem) => {
    checkout.edit('schema.graphql', pattern, replacement);
    const { passes, output } = checkout.run('check');
    expect(passes).toBe(false);
    expect(output).toContain('A breaking change of the schema');
    expect(output).toContain(problem);
  });

  it('accepts a schema that only grows', () => {
    checkout.edit('schema.graphql', /\n {2}version: Int!/, '\n  version: Int!\n  weather: Int');
    expect(checkout.run('check')).toEqual({ passes: true, output: '' });
  });

  it.each([
    [
      'has lost a field',
      /"startedAt": \{/,
      '"begunAt": {',
      'TrainerJourneyEnded has lost the field startedAt',
    ],
    ['has lost a value', /"EXPIRED", /, '', 'TrainerJourneyEnded.reason has lost the value EXPIRED'],
    ['may leave a field out', /,\s*"reason"\s*\]/, ']', 'TrainerJourneyEnded.reason may be missing now'],
  ])('refuses an event that %s', (_, pattern, replacement, problem) => {
    checkout.edit('src/events/schemas/TrainerJourneyEnded.json', pattern, replacement);
    const { passes, output } = checkout.run('check');
    expect({ passes, output }).toEqual({ passes: false, output: expect.stringContaining(problem) });
  });

  it('refuses a trusted document that the schema does not answer any more', () => {
    checkout.edit('schema.graphql', /\n {2}isActive: Boolean!/, '\n  active: Boolean!');
    expect(checkout.run('check').output).toMatch(/does not fit the schema: Cannot query field "isActive"/);
  });
});
