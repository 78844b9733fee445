/** Writes the manifest of trusted documents, which the service reads: the hash of each text, and the text. */
const { operationsOf } = require('./operations.cjs');

exports.plugin = (_schema, files) =>
  `${JSON.stringify(Object.fromEntries(operationsOf(files).map(({ sha256Hash, text }) => [sha256Hash, text])), null, 2)}\n`;
