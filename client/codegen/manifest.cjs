/** Writes the manifest that the server reads: the hash of each document's text, and the text. */
const { operationsOf } = require('./operations.cjs');

exports.plugin = (_schema, files) =>
  JSON.stringify(Object.fromEntries(operationsOf(files).map(({ sha256Hash, text }) => [sha256Hash, text])), null, 2) + '\n';
