import type { Page } from '@playwright/test';
import { openView } from './support/mapPage';
import { bookSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });

/** The north-west and the south-east of the included map, which a wide window cannot show beside the card. */
const CORNERS = [
  { latitude: 41.96, longitude: -87.79 },
  { latitude: 41.78, longitude: -87.59 },
];

test('the map of a fleet too far apart for one view rests between the positions', async ({
  page,
  service,
  session,
}) => {
  await page.addInitScript(() => {
    const drawn = { frames: 0 };
    Object.assign(window, { drawn });
    const { prototype } = WebGL2RenderingContext;
    const clear = Object.getOwnPropertyDescriptor(prototype, 'clear')!.value as (mask: number) => void;
    prototype.clear = function (mask) {
      drawn.frames += 1;
      clear.call(this, mask);
    };
  });
  const trainers: TrainerPhone[] = [];
  for (const home of CORNERS) {
    const booked = await bookSession(home);
    const trainer = new TrainerPhone(service, booked);
    await trainer.start();
    await trainer.send(along(home, [300])[0]!);
    trainers.push(trainer);
  }
  await openView(page, { service, session, view: 'operator' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 on the way');
  await framesUntilRest(page);

  await page.getByRole('button', { name: 'Zoom in' }).click();
  const framesOfMove = await framesUntilRest(page, () =>
    page.getByRole('button', { name: 'Recentre' }).click(),
  );
  let frames = 0;
  for (const meters of [280, 260, 240]) {
    frames += await framesUntilRest(page, async () => {
      await Promise.all(trainers.map((trainer, i) => trainer.send(along(CORNERS[i]!, [meters])[0]!)));
      await expect(page.locator('.whereabouts', { hasText: `${meters} m` })).toHaveCount(2);
    });
  }
  // Three moves of the camera would be three times as many as one, on any machine.
  expect(frames).toBeGreaterThan(0);
  expect(frames).toBeLessThan(2 * framesOfMove);
});

/** How often the map is drawn because of `action`, until it has not been drawn for a second. */
async function framesUntilRest(page: Page, action = async () => {}): Promise<number> {
  const framesNow = () =>
    page.evaluate(() => (window as unknown as { drawn: { frames: number } }).drawn.frames);
  const before = await framesNow();
  await action();
  let last = NaN;
  await expect
    .poll(
      async () => {
        const frames = await framesNow();
        const isAtRest = frames > 0 && frames === last;
        last = frames;
        return isAtRest;
      },
      { intervals: [1000] },
    )
    .toBe(true);
  return last - before;
}
