import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/support/globalSetup.ts',
    // Two files at a time: each of those that need it starts a server of its own.
    maxWorkers: 2,
    // Upper limits alone: a busy machine takes several times as long as a quiet one.
    testTimeout: 90_000,
    hookTimeout: 120_000,
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
