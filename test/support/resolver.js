const { join, sep } = require('node:path');

const clientSources = join(__dirname, '../../client/src') + sep;

/** The client is written as ES modules, which name a file by what it is compiled to: './clock.js' is clock.ts there. */
module.exports = (request, options) => {
  const isClients = (options.basedir + sep).startsWith(clientSources) && /^\.\.?\/.*\.js$/.test(request);
  return options.defaultResolver(isClients ? request.replace(/\.js$/, '.ts') : request, options);
};
