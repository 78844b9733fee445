import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'test-browser',
  globalSetup: './test-browser/support/globalSetup.ts',
  // One after the other: each story has a server process of its own, and watches the clock.
  workers: 1,
  // Upper limits alone: a map drawn in software takes several times as long on a busy machine.
  timeout: 240_000,
  // Where nobody can look at once; a story that needed a second try is listed as flaky.
  retries: process.env['CI'] ? 2 : 0,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    locale: 'en-GB',
    timezoneId: 'America/Chicago',
    // A trace of a map drawn in software takes longer than the story.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--enable-unsafe-swiftshader',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
