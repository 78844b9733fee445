// The web export in Chromium against the real service: a student watches from start to arrival while a trainer drives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { ensureExports, exportFolder } from '../../scripts/exportApp.mjs';
import startService from '../support/globalSetup.mjs';

const app = join(import.meta.dirname, '../..');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const images = join(app, '../docs/images');
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const waiting = { timeout: 30_000 };
/** In a street that leads north. */
const home = { latitude: 41.88, longitude: -87.6294 };

let server;
let browser;
let origin;
/** Of the next booking's people: not twice in a run, seldom twice where the stores are kept, and none of bookAround's. */
let number = 50_000 + randomInt(40_000);

before(async () => {
  await ensureExports(['web']);
  await startService();
  server = await serve(exportFolder('web'));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  await globalThis.endJourneyTests?.();
});

test('a student watches from before the start until the arrival, while the trainer drives', async () => {
  const booking = await book();
  const student = await openApp({ locale: 'en-GB' }, booking.tokens.student);
  await student.getByRole('link', { name: /with Trainer/ }).click();
  await sees(student, 'Not on the way yet');
  await isAccessible(student);

  await bookAround(booking);
  const trainer = await openApp(
    { locale: 'en-GB', permissions: ['geolocation'], geolocation: northOf(booking.home, 1500) },
    booking.tokens.trainer,
  );
  const sessions = trainer.getByRole('link', { name: /with Student/ });
  await sessions.nth(4).waitFor(waiting);
  await picture(trainer, 'app-trainer-home');
  await isAccessible(trainer);
  await trainer.getByRole('link', { name: `with ${personOf(booking.studentId)}` }).click();
  await sees(trainer, 'Ready to go');
  await isAccessible(trainer);
  await trainer.getByRole('button', { name: 'Start journey' }).click();
  await trainer.getByText('Your student sees where you are.').waitFor(waiting);
  await student.getByText(/^Live$/).waitFor(waiting);
  await student.getByText('1.5 km', { exact: true }).waitFor(waiting);

  for (const meters of [1200, 900, 700]) await drive(trainer, booking, meters);
  await student.getByText('700 m', { exact: true }).waitFor(waiting);
  await student.getByRole('img', { name: /700 m from your home/ }).waitFor(waiting);
  await student.getByRole('img', { name: 'Your home', exact: true }).waitFor(waiting);
  await student.waitForTimeout(2000);
  await isAccessible(student);
  await drive(trainer, booking, 690);
  await student.getByText('690 m', { exact: true }).waitFor(waiting);
  await picture(student, 'app-student-live');
  await picture(trainer, 'app-trainer-on-the-way');
  await isAccessible(trainer);

  await student.getByRole('button', { name: 'Links for others' }).click();
  await student.getByRole('button', { name: 'Create a link' }).click();
  await student.getByText(/#share=/).waitFor(waiting);
  await isAccessible(student);
  await picture(student, 'app-student-links');
  // The card has grown: what is on the map is still in view.
  const card = student.getByRole('region', { name: "Your trainer's journey" });
  await isAbove(student, student.getByRole('img', { name: /690 m from your home/ }), card);
  await isAbove(student, student.getByRole('img', { name: 'Your home', exact: true }), card);
  await student.getByRole('button', { name: /Take back the link/ }).click();
  await student.getByText('There is no link now.').waitFor(waiting);
  await student.getByRole('button', { name: 'Links for others' }).click();

  await drive(trainer, booking, 650);
  await trainer.getByRole('button', { name: 'I have arrived' }).click();
  await trainer.getByText(/You are still/).waitFor(waiting);
  for (const meters of [400, 100]) await drive(trainer, booking, meters);
  await student.getByText('100 m', { exact: true }).waitFor(waiting);
  await trainer.getByRole('button', { name: 'I have arrived' }).click();
  await sees(trainer, 'Arrived');
  await sees(student, 'Arrived');
  await isAccessible(student);
  assert.equal(await student.getByRole('img', { name: /from your home/ }).count(), 0);
  await student.context().close();
  await trainer.context().close();
});

test('in the dark, in German and with less motion it is the same app, and says who is not on the way', async () => {
  const booking = await book();
  const dark = { locale: 'de-DE', colorScheme: 'dark', reducedMotion: 'reduce' };
  const student = await openApp(dark, booking.tokens.student);
  await student.getByRole('link', { name: /mit trainer/i }).click();
  await sees(student, 'Noch nicht unterwegs');
  await picture(student, 'app-student-dark');
  await isAccessible(student);
  await student.goto(`${origin}/trainer-location/${booking.trainerId}`);
  await sees(student, 'Nicht auf dem Weg zu Ihnen');
  await isAccessible(student);
  await student.context().close();

  const trainer = await openApp(
    { ...dark, permissions: ['geolocation'], geolocation: northOf(booking.home, 1500) },
    booking.tokens.trainer,
  );
  await trainer.getByRole('link', { name: /mit Schüler/i }).click();
  await sees(trainer, 'Bereit');
  await isAccessible(trainer);
  await trainer.getByRole('button', { name: 'Fahrt starten' }).click();
  await trainer.getByText('1,5 km', { exact: true }).waitFor(waiting);
  await drive(trainer, booking, 1200);
  await trainer.getByText('1,2 km', { exact: true }).waitFor(waiting);
  await picture(trainer, 'app-trainer-dark');
  await isAccessible(trainer);
  await trainer.context().close();
});

test('a link signs nobody in by itself, and its token does not stay in the address', async () => {
  const booking = await book();
  const context = await browser.newContext({ ...phone, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`${origin}/sign-in#token=${booking.tokens.student}`);
  await page.getByRole('button', { name: /Sign in as/ }).waitFor(waiting);
  await picture(page, 'app-sign-in');
  await isAccessible(page);
  await page.waitForFunction(() => !globalThis.location.href.includes('token='), undefined, waiting);
  await page.goto(`${origin}/sessions`);
  await page.getByLabel('Token or link').waitFor(waiting);
  // Where a link led is where the sign-in ends.
  await page.goto(`${origin}/session/${booking.id}`);
  await page.getByLabel('Token or link').fill(booking.tokens.student);
  await page.getByRole('button', { name: /Sign in as/ }).click(waiting);
  await sees(page, 'Not on the way yet');
  await context.close();
});

test('with letters twice as large nothing is cut off to the side', async () => {
  const booking = await book();
  // What a browser does at 200 %: half the room.
  const page = await openApp({ viewport: { width: 195, height: 422 } }, booking.tokens.student);
  await page.getByRole('link', { name: /with Trainer/ }).click();
  await sees(page, 'Not on the way yet');
  const overflow = await page.evaluate(
    () => globalThis.document.documentElement.scrollWidth - globalThis.innerWidth,
  );
  assert.ok(overflow <= 0, `${overflow} px too wide`);
  await page.context().close();
});

async function openApp(options, token) {
  const context = await browser.newContext({ ...phone, timezoneId: 'America/Chicago', ...options });
  const page = await context.newPage();
  await page.goto(`${origin}/sign-in#token=${token}`);
  await page.getByRole('button', { name: /Sign in as|anmelden/ }).click(waiting);
  return page;
}

const sees = (page, title) => page.getByRole('heading', { name: title, level: 1 }).waitFor(waiting);

async function drive(page, booking, meters) {
  // Since the fix before: a faster way would be implausible to the service.
  await page.waitForTimeout(900);
  // Playwright's own has no direction of travel.
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Emulation.setGeolocationOverride', {
    ...northOf(booking.home, meters),
    heading: 180,
    speed: 11,
  });
  await devTools.detach();
}

async function isAbove(page, upper, lower) {
  const deadline = Date.now() + waiting.timeout;
  for (;;) {
    const [above, below] = [await upper.boundingBox(), await lower.boundingBox()];
    if (above.y > 0 && above.y + above.height < below.y) return;
    if (Date.now() > deadline)
      assert.fail(`${upper} at ${JSON.stringify(above)}, ${lower} at ${JSON.stringify(below)}`);
    await page.waitForTimeout(200);
  }
}

const northOf = ({ latitude, longitude }, meters) => ({
  latitude: latitude + meters / 111_195,
  longitude,
  accuracy: 5,
});

async function isAccessible(page) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => (await globalThis.axe.run()).violations);
  const lines = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id} (${help}): ${html.slice(0, 200)}`),
  );
  assert.deepEqual(lines, []);
}

/** For the documentation: SCREENSHOTS=1. */
async function picture(page, name) {
  if (!process.env.SCREENSHOTS) return;
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(images, `${name}.png`) });
}

/** Of people whose names read well in the pictures. */
async function book() {
  number += 1;
  const people = { trainerId: `trainer-${number}`, studentId: `student-${number}` };
  return ask('/book', { ...people, home });
}

/** A student, as the app names them in English. */
const personOf = (studentId) => `Student ${Number(studentId.slice('student-'.length))}`;

/** More of the trainer's day, and of the days around it. */
async function bookAround({ trainerId }) {
  const hourMs = 3_600_000;
  const others = [
    { studentId: 'student-20417', scheduledAt: Date.now() + 2 * hourMs },
    { studentId: 'student-31145', scheduledAt: Date.now() + 25 * hourMs },
    { studentId: 'student-20417', scheduledAt: Date.now() - 47 * hourMs, status: 'COMPLETED' },
    { studentId: 'student-48802', scheduledAt: Date.now() - 49 * hourMs, status: 'CANCELLED' },
  ];
  await Promise.all(others.map((facts) => ask('/book', { trainerId, ...facts })));
}

async function ask(path, body) {
  const init = { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${process.env.JOURNEY_TEST_DESK}${path}`, init)).json();
}

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.mvt': 'application/vnd.mapbox-vector-tile',
};

/** The export and the service at one address, as a balancer has them. */
async function serve(exported) {
  const created = createServer((request, response) => {
    const { pathname } = new URL(request.url, origin);
    if (pathname === '/graphql') return forward(request, response);
    const file = pathname.startsWith('/map/')
      ? join(app, '../web/public', pathname.slice('/map'.length))
      : join(exported, extname(pathname) ? pathname : 'index.html');
    let body;
    try {
      body = readFileSync(file);
    } catch {
      return response.writeHead(404).end();
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
  });
  created.listen(0, '127.0.0.1');
  await once(created, 'listening');
  return created;
}

function forward(request, response) {
  const target = new URL(request.url, process.env.JOURNEY_TEST_SERVICE);
  const outgoing = httpRequest(target, {
    method: request.method,
    headers: { ...request.headers, host: target.host },
  });
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  request.pipe(outgoing);
}
