import type { Page } from '@playwright/test';
import { englishWords, formatPerson } from '@journey/client/words';
import { openView } from './support/mapPage';
import { screenshot } from './support/screenshot';
import { bookSession, type TestSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });

test.describe('with a signal that ages in seconds', () => {
  test.use({ settings: { SIGNAL_LIVE_MS: '12000', SIGNAL_DELAYED_MS: '24000' } });

  test('an operator sees all journeys, their signals, and what watching costs', async ({
    page,
    service,
    session,
    trainer,
  }) => {
    await trainer.start();
    await trainer.send(along(session.home, [1300])[0]!);
    const offsets = [0.012, -0.015, 0.03, -0.04, 0.05];
    const others: TrainerPhone[] = [];
    const homes: TestSession[] = [];
    for (const [i, offset] of offsets.entries()) {
      const booked = await bookSession({
        latitude: session.home.latitude + offset,
        longitude: session.home.longitude - 0.012 * i,
      });
      const another = new TrainerPhone(service, booked);
      await another.start();
      await another.send(along(booked.home, [900 + 150 * i])[0]!);
      others.push(another);
      homes.push(booked);
    }

    const roundsAtMs: number[] = [];
    page.on('request', (request) => {
      if (request.postData()?.includes('LiveLocations')) roundsAtMs.push(performance.now());
    });
    await openView(page, { service, session, view: 'operator' });
    const heading = page.getByRole('heading', { level: 1 });
    await expect(heading).toHaveText('6 on the way');
    const signals = page.getByRole('list', { name: /by signal/ });
    await expect(signals).toContainText('Live');
    await expect(
      page
        .getByRole('listitem')
        .filter({ hasText: formatPerson(englishWords('browser'), session.trainerId) }),
    ).toContainText('1.3 km');

    const before = roundsAtMs.length;
    const received = page.locator('.facts > div', { hasText: 'Received' }).locator('dd').first();
    await expect(received).toHaveText(/^\d+(\.\d)? (B|kB)$/);
    const counted = await countOf(page, 'Requests');
    await expect.poll(() => roundsAtMs.length).toBeGreaterThanOrEqual(before + 3);
    // One request for all, in each round of five seconds; and each is counted.
    const times = roundsAtMs.slice(before, before + 3);
    for (const [i, atMs] of times.slice(1).entries()) expect(atMs - times[i]!).toBeGreaterThan(4000);
    await expect.poll(() => countOf(page, 'Requests')).toBeGreaterThanOrEqual(counted + 2);

    // One phone has been silent since before those rounds, another one falls silent just before the rest.
    const sendAgain = (i: number) => others[i]!.send(along(homes[i]!.home, [860 + 150 * i])[0]!);
    await sendAgain(3);
    await page.waitForTimeout(13_000);
    await Promise.all([trainer.send(along(session.home, [1260])[0]!), ...[0, 1, 2].map(sendAgain)]);
    await expect(signals.getByRole('listitem')).toHaveText(['Live 4', 'Delayed 1', 'Lost 1']);
    await screenshot(page, 'operator');

    await others[0]!.stop();
    await others[1]!.stop();
    await expect(heading).toHaveText('4 on the way');
    for (const { trainerId } of homes.slice(0, 2))
      await expect(page.getByText(formatPerson(englishWords('browser'), trainerId))).toHaveCount(0);
  });
});

test('in an operator’s view a student’s link is refused, and shows no journey', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await trainer.start();
  await openView(page, { service, session, view: 'operator', as: session.studentId, role: 'student' });
  await expect(page.getByText('This link does not belong to an operator.').first()).toBeVisible();
  await expect(page.getByText('Refused', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('All journeys');
  await expect(page.getByRole('list')).toHaveCount(0);
});

test('with no link of one’s own there is no operator’s view', async ({ page, service, session }) => {
  await openView(page, { service, session, view: 'student' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not on the way yet');
  await page.goto(`${service.origin}/map/#/operator`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Open your link');
});

test('an operator whom the service leaves sees what was known last, older by itself, and goes on', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await trainer.start();
  await trainer.send(along(session.home, [1300])[0]!);
  await openView(page, { service, session, view: 'operator' });
  const row = page
    .getByRole('listitem')
    .filter({ hasText: formatPerson(englishWords('browser'), session.trainerId) });
  await expect(row).toContainText('Live');
  await service.kill();
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  await expect(row).toContainText('Delayed');
  await service.start();
  await trainer.send(along(session.home, [1250])[0]!);
  await expect(row).toContainText('Live');
  await expect(page.getByText('Offline', { exact: true })).toHaveCount(0);
});

/** The number that stands under a name. */
async function countOf(page: Page, name: string): Promise<number> {
  const value = page.locator('.facts > div').filter({ has: page.getByText(name, { exact: true }) });
  return Number(await value.locator('dd').first().textContent());
}
