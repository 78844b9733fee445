import { expectNoFaults } from './support/axe';
import { demoOf } from './support/demo';
import { openView, standAt } from './support/mapPage';
import { ON_THE_WAY } from './support/onTheWay';
import { Service } from './support/service';
import { bookSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

// axe is put into the page, whose policy lets no script in but its own.
test.use({ bypassCSP: true });

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in any state of a student’s view, ${colorScheme}`, async ({
    page,
    service,
    session,
    trainer,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${service.origin}/map/`);
    await expectNoFaults(page, 'Open your link');
    await openView(page, { service, session, view: 'student', as: 'student-else' });
    await expectNoFaults(page, 'Not your session');

    await openView(page, { service, session, view: 'student' });
    await expectNoFaults(page, 'Not on the way yet');
    await trainer.start();
    await expectNoFaults(page, 'Setting off');
    await trainer.send(along(session.home, [140])[0]!);
    await expect(page.getByText('140 m', { exact: true })).toBeVisible();
    await page.getByText('Links for others').click();
    await page.getByRole('button', { name: 'Create a link' }).click();
    await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
    await expectNoFaults(page, ON_THE_WAY);
    await service.kill();
    await expectNoFaults(page, 'No connection');
    await service.restart({ SIGNAL_LIVE_MS: '1', SIGNAL_DELAYED_MS: '2' });
    await expectNoFaults(page, 'Signal lost');
    await service.restart({});
    // An arrival without a location of its own is judged by the last one, while that is fresh.
    await trainer.send(along(session.home, [140])[0]!);
    await trainer.arrive();
    await expectNoFaults(page, 'Arrived');
  });

  test(`axe finds nothing serious in any state of a trainer’s view, ${colorScheme}`, async ({
    page,
    context,
    service,
    session,
  }) => {
    await page.emulateMedia({ colorScheme });
    await openView(page, { service, session, view: 'trainer' });
    await expectNoFaults(page, 'Ready to go');
    await page.getByRole('button', { name: 'Start journey' }).click();
    await expect(page.getByRole('alert')).toHaveText(/may not use your position/);
    await expectNoFaults(page, 'Not sharing');

    await context.grantPermissions(['geolocation'], { origin: service.origin });
    await standAt(context, along(session.home, [800])[0]!);
    // A watch that failed begins again by itself too, and the button may be gone by now.
    await page
      .getByRole('button', { name: 'Try again' })
      .click({ timeout: 2000 })
      .catch(() => undefined);
    await expect(page.getByText('800 m', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'I have arrived' }).click();
    await expect(page.getByRole('alert')).toHaveText(/You are still/);
    await expectNoFaults(page, ON_THE_WAY);
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await expectNoFaults(page, 'Stopped');
  });

  test(`axe finds nothing serious in an operator’s view and in the demo, ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    const [driven, spare] = [await bookSession(), await bookSession()];
    const service = await Service.start({ DEMO: await demoOf(driven, spare) });
    try {
      const trainer = new TrainerPhone(service, driven);
      await trainer.start();
      await trainer.send(along(driven.home, [700])[0]!);
      await page.goto(`${service.origin}/map/#/operator`);
      await expect(page.getByRole('list', { name: /by signal/ })).toBeVisible();
      // On a phone its card holds more than fits, and scrolls.
      await expect(page.getByRole('region', { name: 'All journeys', exact: true })).toHaveAttribute(
        'tabindex',
        '0',
      );
      await expectNoFaults(page, /on the way/);
      await page.goto(`${service.origin}/map/#/trainer`);
      await expect(page.getByRole('combobox', { name: 'Demo session' })).toBeVisible();
      await expectNoFaults(page, 'Ready to go');
      await page.goto(`${service.origin}/map/#/student?session=session-of-before`);
      await expect(page.getByRole('combobox', { name: 'Demo session' })).toBeVisible();
      await expectNoFaults(page, 'Choose a session');
    } finally {
      await service.kill();
    }
  });
}

test('a screen reader announces each change of state, once', async ({ page, service, session, trainer }) => {
  await openView(page, { service, session, view: 'student' });
  const announcement = page.getByRole('status');
  await expect(announcement).toHaveText(/^Not on the way yet/);
  await trainer.start();
  await expect(announcement).toHaveText(/^Setting off/);
  await trainer.send(along(session.home, [60])[0]!);
  await expect(announcement).toHaveText(/^(On the way|Getting close|Close by|At the door)\./);
  const announced = await announcement.textContent();
  await page.waitForTimeout(3000);
  // The ages on screen have grown; the announcement has not changed with them.
  expect(await announcement.textContent()).toBe(announced);
  await trainer.arrive();
  await expect(announcement).toHaveText(/^Arrived/);
});

test('the trainer’s buttons are reached and pressed by keyboard, with the focus in sight', async ({
  page,
  context,
  service,
  session,
}) => {
  await context.grantPermissions(['geolocation'], { origin: service.origin });
  await standAt(context, along(session.home, [800])[0]!);
  await openView(page, { service, session, view: 'trainer' });
  const start = page.getByRole('button', { name: 'Start journey' });
  await expect(start).toBeVisible();
  for (
    let steps = 0;
    steps < 10 && !(await start.evaluate((button) => button === document.activeElement));
    steps++
  ) {
    await page.keyboard.press('Tab');
  }
  await expect(start).toBeFocused();
  expect(await start.evaluate((button) => getComputedStyle(button).outlineStyle)).toBe('solid');
  await page.keyboard.press('Enter');
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText(ON_THE_WAY);
  // The button that was pressed is gone: the place in the page is not.
  await expect(heading).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'I have arrived' })).toBeFocused();
});
