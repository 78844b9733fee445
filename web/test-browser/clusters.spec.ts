import { demoOf } from './support/demo';
import { Service } from './support/service';
import { bookSession, type TestSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });

const CENTRE = { latitude: 41.8727, longitude: -87.6675 };
/** Two on either side, so that the three in the middle are in the middle of the map. */
const OFFSETS = [-0.02, 0, 0, 0, 0.02];

test('a click on three trainers at one place zooms in to them, and the next one opens one of them', async ({
  page,
}) => {
  const sessions: TestSession[] = [];
  for (const offset of OFFSETS) {
    const { latitude, longitude } = CENTRE;
    sessions.push(await bookSession({ latitude: latitude + offset, longitude: longitude + offset }));
  }
  const service = await Service.start({ DEMO: await demoOf(...sessions) });
  try {
    for (const session of sessions) {
      const trainer = new TrainerPhone(service, session);
      await trainer.start();
      await trainer.send(along(session.home, [700])[0]!);
    }
    await page.goto(`${service.origin}/map/#/operator`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('5 on the way');
    const card = (await page.locator('.card').boundingBox())!;
    // The middle of what the card and the margins leave free.
    const middle = [(card.width + 88 + (1280 - 72)) / 2, 800 / 2] as const;
    const cursor = () => page.locator('canvas').evaluate((canvas) => canvas.style.cursor);
    const pointAt = async () => {
      await page.mouse.move(middle[0] + 80, middle[1]);
      await page.mouse.move(...middle);
      return cursor();
    };
    await expect.poll(pointAt).toBe('pointer');

    await page.mouse.click(...middle);
    // The map has left the whole fleet, and no trainer's page was opened.
    const recentre = page.getByRole('button', { name: 'Recentre' });
    await expect(recentre).toBeVisible();
    await expect(page).toHaveURL(/#\/operator/);

    // They have stayed where they were, each with a mark of its own now, and the topmost is picked.
    await expect(async () => {
      await page.mouse.click(...middle);
      await expect(page).toHaveURL(/#\/student\?session=/, { timeout: 1500 });
    }).toPass();
    const [, opened] = /session=([^&]+)/.exec(page.url()) ?? [];
    expect(sessions.slice(1, 4).map(({ id }) => id)).toContain(opened);
  } finally {
    await service.kill();
  }
});
