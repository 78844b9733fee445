import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Two files at a time: each of those that need it starts a server of its own.
    maxWorkers: 2,
  },
});
