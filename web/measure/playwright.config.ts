import { defineConfig } from '@playwright/test';
import browserTests from '../playwright.config';

/** What is measured by hand (`npm run measure:fleet`): the figures depend on how busy the machine is, so CI does not run it. */
export default defineConfig({
  ...browserTests,
  testDir: '.',
  testMatch: '*.measure.ts',
  globalSetup: '../test-browser/support/globalSetup.ts',
  outputDir: '../test-results',
  timeout: 180_000,
  retries: 0,
});
