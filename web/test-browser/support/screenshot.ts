import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from './repository';

const folder = join(root, 'docs/images');

/** Saves a screenshot for the README, only with SCREENSHOTS=1, so that an ordinary test run changes no file. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!process.env['SCREENSHOTS']) return;
  mkdirSync(folder, { recursive: true });
  // Wait until the camera and the marker have stopped, and tiles and labels have faded in.
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
