import { openView, watchRequests } from './support/mapPage';
import { screenshot } from './support/screenshot';
import { bookSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

test('each of two students sees their own trainer, and not the other’s', async ({
  context,
  page,
  service,
  session,
  trainer,
}) => {
  const other = { latitude: session.home.latitude + 0.02, longitude: session.home.longitude - 0.01 };
  const otherSession = await bookSession(other);
  const otherTrainer = new TrainerPhone(service, otherSession);
  await Promise.all([trainer.start(), otherTrainer.start()]);
  await trainer.send(along(session.home, [1000])[0]!);
  await otherTrainer.send(along(other, [600])[0]!);

  const otherPage = await context.newPage();
  await openView(page, { service, session, view: 'student' });
  await openView(otherPage, { service, session: otherSession, view: 'student' });
  await expect(page.getByText('1.0 km', { exact: true })).toBeVisible();
  await expect(otherPage.getByText('600 m', { exact: true })).toBeVisible();

  const nosy = await context.newPage();
  await openView(nosy, { service, session: otherSession, view: 'student', as: session.studentId });
  await expect(nosy.getByRole('heading', { level: 1 })).toHaveText('Not your session');
  await expect(nosy.getByRole('img')).toHaveCount(0);
  await screenshot(nosy, 'student-refused');
  const requests = watchRequests(nosy);
  await nosy.waitForTimeout(3000);
  expect(requests).toHaveLength(0);
});

test('the token is removed from the address as soon as the page has read it, and survives a reload', async ({
  page,
  service,
  session,
}) => {
  await openView(page, { service, session, view: 'student' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not on the way yet');
  expect(page.url()).not.toContain('token');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not on the way yet');
});

test('without a token the page shows the sign-in and sends no request', async ({ page, service }) => {
  const requests = watchRequests(page);
  await page.goto(`${service.origin}/map/`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Open your link');
  expect(requests).toHaveLength(0);
});

test('the page sends no request to another origin', async ({ page, service, session, trainer }) => {
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== service.origin) {
      elsewhere.push(request.url());
    }
  });
  await openView(page, { service, session, view: 'student' });
  await trainer.start();
  await trainer.send(along(session.home, [1000])[0]!);
  await expect(page.getByText('1.0 km', { exact: true })).toBeVisible();
  await expect(page.getByText('OpenStreetMap contributors')).toBeVisible();
  expect(elsewhere).toEqual([]);
});
