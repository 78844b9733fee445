// Lets Node run the TypeScript of this folder and of the service, with the compiler and the settings of the build:
// node --require ./bench/typescript.cjs bench/poll.ts
const { transformSync } = require('@swc/core');
const { join } = require('node:path');
const { addHook } = require('pirates');

const configFile = join(__dirname, '..', '.swcrc');
addHook((code, filename) => transformSync(code, { filename, configFile, sourceMaps: 'inline' }).code, {
  extensions: ['.ts'],
});
