import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSchema } from 'graphql';

import { DocumentRegistry } from '../../../src/graphql/execution/documentRegistry';

const schema = buildSchema('type Query { a(id: ID): Int, b: Int }');
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const TRUSTED = 'query Ours { a }';
const persisted = (text: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(text) } },
});

describe('The document registry', () => {
  const registry = (trustedOnly = false) =>
    new DocumentRegistry(schema, { [hashOf(TRUSTED)]: TRUSTED }, trustedOnly);

  /** Compilation may have to wait, so that it takes but a share of the CPU. */
  const compile = async (documents: DocumentRegistry, text: string): Promise<void> => {
    while (!documents.find({ query: text }, true)) {
      documents.learn(text);
      await sleep(2);
    }
  };

  it('finds trusted documents by text and by hash, also for anonymous clients', () => {
    const documents = registry();
    for (const parameters of [
      { query: TRUSTED },
      persisted(TRUSTED),
      { query: TRUSTED, ...persisted(TRUSTED) },
    ]) {
      expect(documents.find(parameters, false)?.document).toMatchObject({
        operationName: 'Ours',
        label: 'a',
      });
    }
  });

  it.each<[string, unknown]>([
    ['a hash of another text', { query: TRUSTED, ...persisted('{ b }') }],
    [
      'another version of persisted queries',
      {
        extensions: { persistedQuery: { version: 2, sha256Hash: hashOf(TRUSTED) } },
      },
    ],
    ['another operation name', { query: TRUSTED, operationName: 'Other' }],
    ['variables that are a list', { query: TRUSTED, variables: [] }],
    ['a list of requests', [{ query: TRUSTED }]],
    ['no object', 'query'],
    ['the name of a property of all objects', persisted('constructor')],
    [
      'such a name as the hash',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'constructor' } } },
    ],
  ])('leaves %s to Apollo Server', (_, parameters) => {
    expect(registry().find(parameters, true)).toBeUndefined();
  });

  it('compiles a document when an authenticated user sends it again, by text or by hash', () => {
    const documents = registry();
    expect(documents.find({ query: '{ b }' }, true)).toBeUndefined();
    documents.learn('{ b }');
    // Not for anonymous clients.
    expect(documents.find({ query: '{ b }' }, false)).toBeUndefined();
    expect(documents.find(persisted('{ b }'), false)).toBeUndefined();
    expect(documents.find(persisted('{ b }'), true)?.document.label).toBe('b');
    // Once compiled, for everybody.
    expect(documents.find({ query: '{ b }' }, false)?.document.label).toBe('b');
    expect(documents.textOf(hashOf('{ b }'))).toBe('{ b }');
  });

  it('keeps the documents that are used, forgets the others, and never a trusted one', async () => {
    const documents = registry();
    await compile(documents, '{ b }');
    for (let other = 0; other < 250; other += 1) {
      await compile(documents, `{ a(id: "${other}") }`);
      // By its hash alone: this is a use as well.
      expect(documents.find(persisted('{ b }'), false)).toBeDefined();
    }
    expect(documents.find({ query: '{ a(id: "0") }' }, false)).toBeUndefined();
    expect(documents.textOf(hashOf('{ a(id: "0") }'))).toBeUndefined();
    expect(documents.find({ query: '{ a(id: "249") }' }, false)).toBeDefined();
    expect(documents.find(persisted(TRUSTED), false)).toBeDefined();
  }, 60_000);

  it('holds a bounded amount of text of documents that were sent once', () => {
    const documents = registry();
    const long = (id: number): string => `{ a(id: "${String(id).padStart(15_000, '0')}") }`;
    for (let id = 0; id < 1000; id += 1) documents.learn(long(id));
    expect(documents.textOf(hashOf(long(0)))).toBeUndefined();
    expect(documents.textOf(hashOf(long(999)))).toBe(long(999));
    const tooLong = `{ b } # ${'x'.repeat(20_000)}`;
    documents.learn(tooLong);
    expect(documents.textOf(hashOf(tooLong))).toBeUndefined();
  });

  it('compiles at most a twentieth of the time, however many documents are sent again', () => {
    const documents = registry();
    const texts = Array.from({ length: 100 }, (_, id) => `{ a(id: "${id}") }`);
    for (const text of texts) documents.learn(text);
    const compiled = texts.filter((query) => documents.find({ query }, true));
    expect(compiled.length).toBeGreaterThan(0);
    expect(compiled.length).toBeLessThan(20);
  });

  it('where only trusted documents are allowed, learns none', () => {
    const documents = registry(true);
    documents.learn('{ b }');
    expect(documents.find({ query: '{ b }' }, true)).toBeUndefined();
    expect(() => documents.admit('{ b }')).toThrow('Only the documents of the published clients');
    expect(() => documents.admit(TRUSTED)).not.toThrow();
  });
});
