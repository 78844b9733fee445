/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  resolver: '<rootDir>/test/support/resolver.js',
  globalSetup: '<rootDir>/test/support/globalSetup.ts',
  globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
  transform: { '\\.(ts|m?js)$': '@swc/jest' },
  // These ship as ES modules alone.
  transformIgnorePatterns: ['/node_modules/(?!(jose|@prisma/schema-engine-wasm)/)'],
  setupFiles: ['reflect-metadata'],
  testTimeout: 15_000,
  // Tests watch the clock: they have a machine to themselves, however many cores it has.
  maxWorkers: 1,
  collectCoverageFrom: ['src/**/*.ts', '!src/generated/**'],
  coverageDirectory: 'coverage',
  coverageReporters: [['text', { skipFull: true }], 'lcov'],
};
