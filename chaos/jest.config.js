const base = require('../jest.config.js');

/** The long version of test/faults, test/cluster and test/model: `npm run chaos`. */
/** @type {import('jest').Config} */
module.exports = {
  ...base,
  rootDir: '..',
  roots: ['<rootDir>/chaos'],
  testTimeout: 30 * 60_000,
};
