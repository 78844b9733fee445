import { openView, watchRequests } from './support/mapPage';
import { ON_THE_WAY } from './support/onTheWay';
import { screenshot } from './support/screenshot';
import { cancelSession } from './support/sessions';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

test('a student reads that the trainer stopped, and sees the next start', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await openView(page, { service, session, view: 'student' });
  const heading = page.getByRole('heading', { level: 1 });
  await trainer.start();
  await trainer.drive(along(session.home, [1800]));
  await expect(heading).toHaveText(ON_THE_WAY);
  await trainer.stop();
  await expect(heading).toHaveText('Journey stopped');
  await screenshot(page, 'student-stopped');

  await trainer.start();
  await expect(heading).toHaveText('Setting off');
});

test('a student reads that the booking was cancelled', async ({ page, service, session, trainer }) => {
  await openView(page, { service, session, view: 'student' });
  await trainer.start();
  await trainer.drive(along(session.home, [1800]));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(ON_THE_WAY);
  await cancelSession(service, session);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Journey cancelled');
  await screenshot(page, 'student-cancelled');
  const requests = watchRequests(page);
  await page.waitForTimeout(3000);
  expect(requests).toHaveLength(0);
});

test.describe('with a deadline of seconds', () => {
  test.use({ settings: { JOURNEY_TTL_SECONDS: '12' } });

  test('a student reads that the journey expired', async ({ page, service, session, trainer }) => {
    await openView(page, { service, session, view: 'student' });
    await trainer.start();
    await trainer.drive(along(session.home, [1800]));
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(ON_THE_WAY);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sharing timed out');
    await screenshot(page, 'student-expired');
  });
});

test.describe('with a signal that ages in seconds', () => {
  test.use({ settings: { SIGNAL_LIVE_MS: '7000', SIGNAL_DELAYED_MS: '16000' } });

  test('a silent phone is delayed first, then lost, and live again with its next position', async ({
    page,
    service,
    session,
    trainer,
  }) => {
    await openView(page, { service, session, view: 'student' });
    await trainer.start();
    await trainer.drive(along(session.home, [2000, 1800]), { heading: 20, accuracy: 45 });
    await expect(page.getByText('Live', { exact: true })).toBeVisible();
    await expect(page.getByText('Delayed', { exact: true })).toBeVisible();
    await screenshot(page, 'student-delayed');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Signal lost');
    await screenshot(page, 'student-lost');
    await trainer.drive(along(session.home, [1700]));
    await expect(page.getByText('Live', { exact: true })).toBeVisible();
  });
});
