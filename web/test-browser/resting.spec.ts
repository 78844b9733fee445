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
  // While a map moves, it is drawn with each frame.
  await page.addInitScript(() => {
    const drawnAtMs: number[] = [];
    Object.assign(window, { drawnAtMs });
    const { prototype } = WebGL2RenderingContext;
    const clear = Object.getOwnPropertyDescriptor(prototype, 'clear')!.value as (mask: number) => void;
    prototype.clear = function (mask) {
      drawnAtMs.push(performance.now());
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
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^\d+ on the way$/);
  await page.waitForTimeout(4000);
  const fromMs = await page.evaluate(() => performance.now());
  for (const meters of [280, 260, 240]) {
    await Promise.all(trainers.map((trainer, i) => trainer.send(along(CORNERS[i]!, [meters])[0]!)));
    await page.waitForTimeout(5000);
  }
  const movingMs = await page.evaluate((since) => {
    const { drawnAtMs } = window as unknown as { drawnAtMs: readonly number[] };
    const times = drawnAtMs.filter((at) => at > since);
    return times.slice(1).reduce((sum, at, i) => sum + Math.min(at - times[i]!, 400), 0);
  }, fromMs);
  expect(movingMs).toBeGreaterThan(0);
  expect(movingMs).toBeLessThan(3 * 1000);
  await Promise.all(trainers.map((trainer) => trainer.stop()));
});
