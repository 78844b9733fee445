// Lets Node run the repository's TypeScript sources, with the compiler and settings of the build:
// node --require ./scripts/typescript.cjs demo/main.ts
const { transformSync } = require('@swc/core');
const { join } = require('node:path');
const { addHook } = require('pirates');

const configFile = join(__dirname, '..', '.swcrc');
addHook((code, filename) => transformSync(code, { filename, configFile, sourceMaps: 'inline' }).code, {
  extensions: ['.ts'],
});
