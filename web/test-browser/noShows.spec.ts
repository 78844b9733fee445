import { englishWords, formatPerson } from '@journey/client/words';
import { openView } from './support/mapPage';
import { bookSession } from './support/sessions';
import { expect, test } from './support/story';
import { tokenFor } from './support/token';
import { TrainerPhone } from './support/trainerPhone';

const words = englishWords('browser');

test.use({ settings: { ALERT_NO_SHOW_MS: '1000' } });

test('an operator sees who has not set off for a session that was due, until they do', async ({
  page,
  service,
}) => {
  const session = await bookSession(undefined, Date.now() - 30_000);
  const operator = await tokenFor('operator-1', 'operator');
  const alerts = async () => {
    const query = 'query($id: ID!) { liveLocation(sessionId: $id) { alerts } }';
    const { liveLocation } = (await service.ask(operator, query, { id: session.id })) as {
      liveLocation: { alerts: string[] };
    };
    return liveLocation.alerts;
  };
  // The service checks for no-shows once a minute.
  await expect.poll(alerts, { timeout: 75_000, intervals: [1000] }).toEqual(['NO_SHOW']);

  await openView(page, { service, session, view: 'operator' });
  const group = page.getByRole('list', { name: /no-show/ });
  const row = group
    .getByRole('listitem')
    .filter({ hasText: new RegExp(`^${formatPerson(words, session.trainerId)}booked for \\d+:\\d\\d$`) });
  await expect(row).toBeVisible();

  // The list alone fails: nobody may read that as "no no-shows".
  await page.route('**/graphql', (route) => {
    const { operationName } = route.request().postDataJSON() as { operationName?: string };
    return operationName === 'NoShows' ? route.abort() : route.continue();
  });
  await page.reload();
  await expect(page.getByText(words.operator.noShowsUnknown)).toBeVisible();
  await page.unroute('**/graphql');
  await expect(row).toBeVisible();
  await expect(page.getByText(words.operator.noShowsUnknown)).toHaveCount(0);

  const trainer = new TrainerPhone(service, session);
  await trainer.start();
  await expect(row).toHaveCount(0, { timeout: 45_000 });
});
