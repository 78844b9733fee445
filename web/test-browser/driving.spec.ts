import type { Place } from '../src/map/geometry';
import { openView, standAt } from './support/mapPage';
import { screenshot } from './support/screenshot';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

test('a trainer drives through a tunnel: what the phone buffered arrives, and the student sees where it ended', async ({
  browser,
  page,
  context,
  service,
  session,
}) => {
  await context.grantPermissions(['geolocation'], { origin: service.origin });
  const [start, ...way] = along(session.home, [1500, 1400, 1300, 1200, 1100, 1000]);
  await standAt(context, start!);
  await openView(page, { service, session, view: 'trainer' });
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('Ready to go');
  await screenshot(page, 'trainer-ready');
  await page.getByRole('button', { name: 'Start journey' }).click();
  await expect(heading).toHaveText('On the way');
  await expect(page.getByText('1.5 km', { exact: true })).toBeVisible();
  await screenshot(page, 'trainer-on-the-way');

  const student = await (await browser.newContext()).newPage();
  await openView(student, { service, session, view: 'student' });
  await expect(student.getByText('1.5 km', { exact: true })).toBeVisible();

  // Of fixes within 5 s the newest replaces the one before: the first in the tunnel is to be one of its own.
  await page.waitForTimeout(5500);
  await context.setOffline(true);
  for (const place of way) {
    await standAt(context, place);
    await page.waitForTimeout(5500);
  }
  await expect(heading).toHaveText('No connection');
  await expect(page.getByText(/positions are kept/)).toBeVisible();
  await screenshot(page, 'trainer-offline');

  // The phone knows how far it is, though no answer comes.
  await expect(page.getByText('1.0 km', { exact: true })).toBeVisible();

  const sent = new Set<number>();
  page.on('response', async (response) => {
    const points = pointsOf(response.request().postData());
    if (response.ok()) for (const { latitude } of points) sent.add(latitude);
  });
  await context.setOffline(false);
  await expect(heading).toHaveText('On the way');
  await expect(student.getByText('1.0 km', { exact: true })).toBeVisible();
  await expect.poll(() => way.filter(({ latitude }) => !sent.has(latitude))).toEqual([]);
  await expect(page.getByText('Not accepted')).toHaveCount(0);
  await student.context().close();
});

test('a trainer reads in plain words that the door is still far, and arrives at it', async ({
  page,
  context,
  service,
  session,
}) => {
  await context.grantPermissions(['geolocation'], { origin: service.origin });
  const [far, near] = along(session.home, [800, 50]);
  await standAt(context, far!);
  await openView(page, { service, session, view: 'trainer' });
  await page.getByRole('button', { name: 'Start journey' }).click();
  await expect(page.getByText('800 m', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'I have arrived' }).click();
  await expect(page.getByRole('alert')).toHaveText(/You are still \d+ m away; you can arrive within 150 m/);
  await screenshot(page, 'trainer-too-far');

  await standAt(context, near!);
  await expect(page.getByText('50 m', { exact: true })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: 'I have arrived' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Arrived');
});

test('a trainer stops, and may start again', async ({ page, context, service, session }) => {
  await context.grantPermissions(['geolocation'], { origin: service.origin });
  await standAt(context, along(session.home, [800])[0]!);
  await openView(page, { service, session, view: 'trainer' });
  await page.getByRole('button', { name: 'Start journey' }).click();
  await page.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Stopped');
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('On the way');
});

test('a trainer whose phone may not use its position reads what to do', async ({
  page,
  service,
  session,
}) => {
  await openView(page, { service, session, view: 'trainer' });
  await page.getByRole('button', { name: 'Start journey' }).click();
  await expect(page.getByRole('alert')).toHaveText(/may not use your position/);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});

test('a trainer whose browser forbids all storage drives, and reads that the page must stay open', async ({
  page,
  context,
  service,
  session,
}) => {
  await page.addInitScript(() => {
    for (const storage of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, storage, {
        get: () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        },
      });
    }
  });
  await context.grantPermissions(['geolocation'], { origin: service.origin });
  await standAt(context, along(session.home, [800])[0]!);
  await openView(page, { service, session, view: 'trainer' });
  await page.getByRole('button', { name: 'Start journey' }).click();
  await expect(page.getByText('800 m', { exact: true })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveText(/keep the page open/);
});

/** The points that an UpdateLocations request carries. */
function pointsOf(body: string | null): readonly Place[] {
  const { variables } = JSON.parse(body ?? '{}') as { variables?: { locations?: readonly Place[] } };
  return variables?.locations ?? [];
}
