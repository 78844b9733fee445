const fake = (name) => `<rootDir>/test/fakes/${name}.ts`;
const itself = Object.fromEntries(
  Object.keys(require('./tsconfig.json').compilerOptions.paths).map((path) => [
    `^${path.replace('*', '(.*)')}$`,
    path.replace('*', '$1'),
  ]),
);

/** @type {import('jest').Config} */
module.exports = {
  globalSetup: '<rootDir>/test/support/globalSetup.mjs',
  globalTeardown: '<rootDir>/test/support/globalTeardown.mjs',
  // Every wait has a limit of its own. The first test of a file loads the whole app, in CI without a cache.
  testTimeout: 180_000,
  // A story waits for most of its time.
  maxWorkers: 2,
  projects: [
    {
      displayName: 'phone',
      preset: 'jest-expo/android',
      testMatch: ['<rootDir>/test/*.test.{ts,tsx}', '<rootDir>/test/stories/*.test.{ts,tsx}'],
      testEnvironment: '<rootDir>/test/support/PhoneEnvironment.cjs',
      resolver: '<rootDir>/test/support/resolver.cjs',
      setupFiles: ['<rootDir>/test/support/installPhone.ts'],
      moduleNameMapper: {
        // What is a phone's and not the app's.
        '^expo-location$': fake('expo-location'),
        '^expo-task-manager$': fake('expo-task-manager'),
        '^expo-secure-store$': fake('expo-secure-store'),
        '^expo-sqlite/kv-store$': fake('expo-sqlite-kv-store'),
        '^expo-localization$': fake('expo-localization'),
        '^expo/fetch$': fake('expo-fetch'),
        '^@maplibre/maplibre-react-native$': '<rootDir>/test/fakes/maplibre-react-native.tsx',
        // tsconfig.json's paths are for types; the modules themselves are found by the resolver.
        ...itself,
        // The client's own tests name its sources with the ending of the built ones.
        '^\\.\\./\\.\\./src/connection/clock\\.js$': '<rootDir>/../client/src/connection/clock.ts',
      },
    },
  ],
};
