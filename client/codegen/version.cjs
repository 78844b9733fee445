/** Writes the version of this package, which the client sends to the service. */
const { version } = require('../package.json');

exports.plugin = () => `export const clientVersion = '${version}';\n`;
