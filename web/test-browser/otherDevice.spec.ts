import { openView, standAt } from './support/mapPage';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

test('a trainer whose other phone reports can end the journey here, or report from here, and only then arrive', async ({
  page,
  context,
  service,
  session,
  trainer,
}) => {
  const [place] = along(session.home, [100]);
  await trainer.start();
  await trainer.send(place!);
  await context.grantPermissions(['geolocation'], { origin: service.origin });
  await standAt(context, place!);
  await openView(page, { service, session, view: 'trainer' });
  const takeOver = page.getByRole('button', { name: 'Share from this device' });
  await expect(takeOver).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop sharing' })).toBeVisible();
  const arrive = page.getByRole('button', { name: 'I have arrived' });
  await expect(arrive).toHaveCount(0);

  await takeOver.click();
  await expect(takeOver).toHaveCount(0);
  await arrive.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Arrived');
});
