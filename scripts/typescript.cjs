// Lets Node run the repository's TypeScript sources, with the compiler and settings of the build:
// node --require ./scripts/typescript.cjs demo/main.ts
const { transformSync } = require('@swc/core');
const Module = require('node:module');
const { join, sep } = require('node:path');
const { addHook } = require('pirates');

const root = join(__dirname, '..');
const configFile = join(root, '.swcrc');
addHook((code, filename) => transformSync(code, { filename, configFile, sourceMaps: 'inline' }).code, {
  extensions: ['.ts'],
});

// The client is written as ES modules, which name a file by what it is compiled to: './clock.js' is clock.ts there.
const clientSources = join(root, 'client', 'src') + sep;
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const isClients = parent?.filename?.startsWith(clientSources) && /^\.\.?\/.*\.js$/.test(request);
  return resolveFilename.call(this, isClients ? request.replace(/\.js$/, '.ts') : request, parent, ...rest);
};
