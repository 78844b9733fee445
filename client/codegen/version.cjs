/** Writes the version of this package, which the client tells the service. */
const { version } = require('../package.json');

exports.plugin = () => `export const clientVersion = '${version}';\n`;
