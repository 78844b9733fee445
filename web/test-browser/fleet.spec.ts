import { englishWords, formatPerson } from '@journey/client/words';
import { expectNoFaults } from './support/axe';
import { openView } from './support/mapPage';
import { bookSession, type TestSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

// axe is put into the page, whose policy lets no script in but its own.
test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, bypassCSP: true });

/** One more than the list shows at first. */
const JOURNEYS = 101;
const nameOf = ({ trainerId }: TestSession): string => formatPerson(englishWords('browser'), trainerId);

test('an operator finds more than a hundred journeys, and cancels one of them', async ({
  page,
  context,
  service,
}) => {
  const fleet: TestSession[] = [];
  for (let i = 0; i < JOURNEYS; i++) {
    const home = { latitude: 41.86 + 0.005 * (i % 10), longitude: -87.68 + 0.005 * Math.floor(i / 10) };
    const session = await bookSession(home);
    const trainer = new TrainerPhone(service, session);
    await trainer.start();
    await trainer.send(along(home, [600 + 10 * i])[0]!);
    fleet.push(session);
  }
  const [first] = fleet as [TestSession, ...TestSession[]];
  await openView(page, { service, session: first, view: 'operator' });
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText(`${JOURNEYS} on the way`);
  const rows = page.locator('.journeys > li');
  await expect(rows).toHaveCount(JOURNEYS - 1);
  await page.getByRole('button', { name: /^Show more/ }).click();
  await expect(rows).toHaveCount(JOURNEYS);
  const labels = await rows
    .getByRole('button')
    .evaluateAll((buttons) => buttons.map((button) => button.ariaLabel));
  expect(labels.sort()).toEqual(fleet.map((session) => `Cancel the journey of ${nameOf(session)}`).sort());
  await expectNoFaults(page, `${JOURNEYS} on the way`);

  const dialog = page.getByRole('dialog', { name: 'Cancel this journey?' });
  const ask = page.getByRole('button', { name: `Cancel the journey of ${nameOf(first)}`, exact: true });
  await ask.click();
  await expect(dialog).toContainText(`${nameOf(first)} is on the way.`);
  await expectNoFaults(page, `${JOURNEYS} on the way`);
  await dialog.getByRole('button', { name: 'Keep the journey' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(ask).toBeFocused();

  await ask.click();
  await context.setOffline(true);
  const confirm = dialog.getByRole('button', { name: 'Cancel the journey' });
  await confirm.click();
  await expect(dialog.getByRole('alert')).toHaveText(/^No connection\. The journey may still be active\./);
  await expectNoFaults(page, `${JOURNEYS} on the way`);
  await context.setOffline(false);
  await confirm.click();
  await expect(dialog).toHaveCount(0);
  await expect(ask).toHaveCount(0);
  await expect(heading).toHaveText(`${JOURNEYS - 1} on the way`);
  await expect(heading).toBeFocused();
  await expect(page.getByRole('status')).toHaveText(`The journey of ${nameOf(first)} is cancelled.`);

  await openView(page, { service, session: first, view: 'student' });
  await expect(heading).toHaveText('Journey cancelled');
});
