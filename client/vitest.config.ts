import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/support/globalSetup.ts',
    // Two files at a time: each of those that need it starts a server of its own.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: { name: 'foreground', include: ['test/**/*.test.{ts,tsx}'] },
      },
      {
        // Every test of the tracker once more as a phone in a pocket runs it: see test/support/AndroidTimers.ts.
        extends: true,
        test: {
          name: 'pocket',
          include: ['test/service/tracker*.test.ts'],
          env: { JOURNEY_TEST_PHONE: 'pocket' },
        },
      },
    ],
  },
});
