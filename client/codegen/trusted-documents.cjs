/**
 * Writes the trusted documents twice: as the manifest that the service reads (`.json`: the hash of each text, and the
 * text), and as the client's list of documents with their hashes (`.ts`), so that no app needs to compute SHA-256.
 */
const { version } = require('../package.json');
const { operationsOf } = require('./operations.cjs');

const manifest = (operations) =>
  `${JSON.stringify(Object.fromEntries(operations.map(({ sha256Hash, text }) => [sha256Hash, text])), null, 2)}\n`;

const list = (operations) => ({
  prepend: ["import * as Documents from './operations.js';\n"],
  content: `export const trustedDocuments = [
${operations
  .map(
    ({ name, sha256Hash }) =>
      `  {\n    document: Documents.${name}Document,\n    sha256Hash: '${sha256Hash}',\n  },`,
  )
  .join('\n')}
] as const;

/** The version of this package, whose documents these are. */
export const clientVersion = '${version}';
`,
});

exports.plugin = (_schema, files, _config, { outputFile }) =>
  (outputFile.endsWith('.json') ? manifest : list)(operationsOf(files));
