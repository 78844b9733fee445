// Draws the app's icons from the web map's one: node scripts/make-icons.mjs. Their files are committed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const app = join(import.meta.dirname, '..');
const icon = readFileSync(join(app, '../web/public/icon.svg'), 'utf8');
const arrow = 'M12 4.5 18 19l-6-3.2L6 19z';
/** Of the canvas, an arrow with room around it: launchers cut icons into their own shapes. */
const arrowIn = (size, share, color) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 24 24"><g transform="translate(12 12) scale(${share}) translate(-12 -11.75)"><path d="${arrow}" fill="${color}" stroke="${color}" stroke-width="1.5" stroke-linejoin="round"/></g></svg>`;

const pictures = {
  icon: { size: 1024, background: '#3157e0', svg: arrowIn(1024, 0.85, '#ffffff') },
  'adaptive-icon': { size: 1024, svg: arrowIn(1024, 0.6, '#ffffff') },
  // Of a notification Android shows the shape alone.
  'notification-icon': { size: 96, svg: arrowIn(96, 1.1, '#ffffff') },
  favicon: { size: 48, svg: icon.replace('<svg ', '<svg width="48" height="48" ') },
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
for (const [name, { size, svg, background = 'transparent' }] of Object.entries(pictures)) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<body style="margin:0;background:${background}">${svg}</body>`);
  const png = await page.screenshot({ omitBackground: background === 'transparent' });
  writeFileSync(join(app, 'assets', `${name}.png`), png);
}
await browser.close();
