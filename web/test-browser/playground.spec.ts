import type { Page } from '@playwright/test';
import { screenshot } from './support/screenshot';
import { Service } from './support/service';
import { bookSession, type TestSession } from './support/sessions';
import { expect, test } from './support/story';
import { tokenFor } from './support/token';
import { along, TrainerPhone } from './support/trainerPhone';

test.use({ viewport: { width: 1360, height: 800 }, deviceScaleFactor: 1 });

/** The example that the demo would give the playground. */
async function exampleOf(session: TestSession): Promise<string> {
  const { id: sessionId, trainerId, studentId, home } = session;
  const viewer = async (name: string, sub: string, role: 'student' | 'trainer' | 'operator') => ({
    name,
    token: await tokenFor(sub, role),
    sessionId,
    trainerId,
  });
  return JSON.stringify({
    playground: {
      viewers: [
        await viewer(`student of ${sessionId}`, studentId, 'student'),
        await viewer('operator', 'operator-1', 'operator'),
        await viewer(`trainer of ${sessionId}`, trainerId, 'trainer'),
      ],
      target: { sessionId, home },
    },
  });
}

/** The example of the same demo when the first viewer's trainer has another session. */
function withNextSession(example: string, sessionId: string): string {
  const { playground } = JSON.parse(example) as { playground: { viewers: object[] } };
  const [first, ...others] = playground.viewers;
  return JSON.stringify({ playground: { ...playground, viewers: [{ ...first, sessionId }, ...others] } });
}

test('the playground sends its collection as the selected viewer, and sends no request to another origin', async ({
  page,
}) => {
  const session = await bookSession();
  const service = await Service.start({
    DEMO: await exampleOf(session),
    // Altair may take longer to start than a signal stays live.
    SIGNAL_LIVE_MS: '600000',
    SIGNAL_DELAYED_MS: '1200000',
  });
  const elsewhere: string[] = [];
  page.context().on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== service.origin) elsewhere.push(request.url());
  });
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  try {
    const trainer = new TrainerPhone(service, session);
    await trainer.start();
    await trainer.send(along(session.home, [700])[0]!);

    await page.goto(service.origin);
    await expect(tabs(page)).toHaveCount(19);
    await expect(tabs(page).first()).toHaveClass(ACTIVE);
    await run(page);
    await expect(result(page)).toContainText('"state": "EN_ROUTE"');
    await expect(result(page)).toContainText('"signal": "LIVE"');
    await screenshot(page, 'playground');

    await open(page, 'viewer');
    await run(page);
    await expect(result(page)).toContainText(`"id": "${session.studentId}"`);
    await choose(page, 'operator');
    await run(page);
    await expect(result(page)).toContainText('"role": "OPERATOR"');

    await choose(page, `trainer of ${session.id}`);
    await open(page, 'stopJourney');
    await run(page);
    await expect(result(page)).toContainText('"state": "STOPPED"');

    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  } finally {
    await service.kill();
  }
});

test('the browser keeps the open window, but not the tokens and sessions of an earlier demo', async ({
  page,
}) => {
  const old = await bookSession();
  const example = await exampleOf(old);
  const service = await Service.start({ DEMO: example });
  try {
    await page.goto(service.origin);
    await open(page, 'viewer');
    await run(page);
    await expect(result(page)).toContainText(`"id": "${old.studentId}"`);
    // Altair stores its state a second later.
    await page.waitForTimeout(2500);
    await page.reload();
    await expect(tab(page, 'viewer')).toHaveClass(ACTIVE);

    // A simulated trainer has arrived, and drives to another session of the same demo.
    await service.restart({ DEMO: withNextSession(example, (await bookSession()).id) });
    await page.reload();
    await expect(tab(page, 'viewer')).toHaveClass(ACTIVE);

    const fresh = await bookSession();
    await service.restart({ DEMO: await exampleOf(fresh) });
    await page.reload();
    await expect(tabs(page).first()).toHaveClass(ACTIVE);
    await run(page);
    await expect(result(page)).toContainText('"state": "NOT_STARTED"');
    await open(page, 'viewer');
    await run(page);
    await expect(result(page)).toContainText(`"id": "${fresh.studentId}"`);
  } finally {
    await service.kill();
  }
});

const ACTIVE = /window-switcher__item--active/;

const tabs = (page: Page) => page.locator('.window-switcher__item:has(.window-switcher__close)');
const tab = (page: Page, operation: string) =>
  tabs(page).filter({ hasText: new RegExp(`^\\s*${operation}\\b`) });

/** Opens the window of an operation. */
async function open(page: Page, operation: string): Promise<void> {
  await tab(page, operation).click();
  await expect(tab(page, operation)).toHaveClass(ACTIVE);
}

/** Switches the environment, and so the viewer of later requests. */
async function choose(page: Page, viewer: string): Promise<void> {
  await page.locator('.header__menu-item').first().click();
  await page.locator('.environments-dropdown__list li').filter({ hasText: viewer }).click();
  await expect(page.locator('.header__menu-item').first()).toHaveText(viewer);
}

/** The result that the open window shows. */
const result = (page: Page) => page.locator('app-query-result');

/** Sends the open window's request. */
const run = (page: Page) => page.getByRole('button', { name: 'Send Request' }).click();
