import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { root } from './repository';

const folder = join(root, 'docs/images');

/** Keeps what a state looks like for the README; only when asked to (SCREENSHOTS=1), so that a test run changes no file. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (!process.env['SCREENSHOTS']) return;
  mkdirSync(folder, { recursive: true });
  // The camera and the marker come to rest, and tiles and labels fade in.
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
