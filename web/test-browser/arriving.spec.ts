import type { Locator } from '@playwright/test';
import { englishWords, formatPerson } from '@journey/client/words';
import { changePolls, etaIn } from './support/changePolls';
import { openView } from './support/mapPage';
import { ON_THE_WAY } from './support/onTheWay';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

const words = englishWords('browser');

test('the card leads with when the trainer is expected, and a stage is announced once', async ({
  page,
  service,
  session,
  trainer,
}) => {
  const stage = { now: 'ON_THE_WAY', eta: etaIn([8.1, 10, 12.1]), alerts: [] as string[] };
  await changePolls(page, () => ({ stage: stage.now, eta: stage.eta, alerts: stage.alerts }));
  await trainer.start();
  await trainer.send(along(session.home, [1500])[0]!);
  await openView(page, { service, session, view: 'student' });
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('In 8–12 min');
  const announcement = page.getByRole('status');
  await expect(announcement).toHaveText(/^On the way\./);

  // A few seconds more or less are not worth another text.
  stage.eta = etaIn([8.4, 10.3, 12.4]);
  await page.waitForTimeout(2500);
  await expect(heading).toHaveText('In 8–12 min');

  Object.assign(stage, { now: 'APPROACHING', eta: etaIn([3, 4, 5]), alerts: ['NOT_MOVING'] });
  await expect(heading).toHaveText('In 3–5 min');
  await expect(page.getByText(words.student.notMoving)).toBeVisible();
  await expect(announcement).toHaveText(/^Getting close\./);
  const said: string[] = [];
  await page.exposeFunction('onSaid', (text: string) => said.push(text));
  await announcement.evaluate((element) =>
    new MutationObserver(() =>
      (window as unknown as { onSaid(text: string): void }).onSaid(element.textContent ?? ''),
    ).observe(element, { childList: true, characterData: true, subtree: true }),
  );
  await page.waitForTimeout(3000);
  expect(said).toEqual([]);

  Object.assign(stage, { alerts: ['RUNNING_LATE'], eta: etaIn([18, 20, 25]) });
  await expect(heading).toHaveText(/^Late: about \d/);
  Object.assign(stage, { alerts: [], eta: etaIn([1, 1, 2]) });
  await expect(heading).toHaveText('Any moment now');
});

test('the marker follows the way that was driven after a batch, not through houses', async ({
  page,
  service,
  session,
  trainer,
}) => {
  const [start] = along(session.home, [900]);
  const corner = { latitude: start!.latitude, longitude: start!.longitude + 0.008 };
  const end = { latitude: start!.latitude + 0.006, longitude: corner.longitude };
  const trail = [start!, corner, end].map((place, index) => ({
    __typename: 'TrailPoint',
    version: index + 2,
    ...place,
    capturedAt: new Date(Date.now() - 60_000 + index * 20_000).toISOString(),
  }));
  let isThere = false;
  await changePolls(page, (live, { afterVersion }) => ({
    ...(isThere ? { version: 4, location: { ...(live['location'] as object), ...end } } : { version: 2 }),
    trail: trail.filter(({ version }) => version > Number(afterVersion) && version <= (isThere ? 4 : 2)),
  }));
  await trainer.start();
  await trainer.send(start!);
  await openView(page, { service, session, view: 'student' });
  const mark = page.getByRole('img', { name: /from your home/ });
  await expect(mark).toBeVisible();
  await page.waitForTimeout(2500);
  const from = await centreOf(mark);

  isThere = true;
  const places: { x: number; y: number }[] = [];
  await expect
    .poll(
      async () => {
        places.push(await centreOf(mark));
        const [last, before] = [places.at(-1)!, places.at(-8)];
        // Before it sets off it rests too.
        const hasSetOff = Math.hypot(last.x - from.x, last.y - from.y) > 40;
        return hasSetOff && before !== undefined && Math.hypot(last.x - before.x, last.y - before.y) < 1;
      },
      { intervals: [100] },
    )
    .toBe(true);
  const to = places.at(-1)!;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  expect(length).toBeGreaterThan(40);
  const off = places.map(
    ({ x, y }) => Math.abs((to.x - from.x) * (from.y - y) - (from.x - x) * (to.y - from.y)) / length,
  );
  // The straight line would be through houses; the corner lies nearly half the way's length beside it.
  expect(Math.max(...off)).toBeGreaterThan(0.25 * length);
});

test('a phone that may not share its position is explained to the student, and named to the operator', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await trainer.start();
  await trainer.send(along(session.home, [1200])[0]!);
  await openView(page, { service, session, view: 'student' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(ON_THE_WAY);
  await trainer.report('PERMISSION_DENIED');
  await expect(page.getByText(words.student.trackingProblems.PERMISSION_DENIED)).toBeVisible();

  await openView(page, { service, session, view: 'operator' });
  const item = page.getByRole('listitem').filter({ hasText: formatPerson(words, session.trainerId) });
  await expect(item).toContainText('Permission denied');
  await page.getByLabel('Show').selectOption({ label: 'Any alert or problem' });
  await expect(item).toBeVisible();
  await trainer.report(null);
  await expect(item).toHaveCount(0);
});

async function centreOf(mark: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = (await mark.boundingBox())!;
  return { x: x + width / 2, y: y + height / 2 };
}
