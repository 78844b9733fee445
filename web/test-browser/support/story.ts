import { test as base } from '@playwright/test';
import { Service } from './service';
import { bookSession, type TestSession } from './sessions';
import { TrainerPhone } from './trainerPhone';

interface Story {
  /** Settings of the test's service; `test.use({ settings: … })` changes them. */
  settings: Readonly<Record<string, string>>;
  service: Service;
  session: TestSession;
  trainer: TrainerPhone;
}

/** A browser test with its own service process, booked session and trainer's phone. */
export const test = base.extend<Story>({
  settings: [{}, { option: true }],
  service: async ({ settings }, use) => {
    const service = await Service.start(settings);
    await use(service);
    await service.kill();
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs off this pattern
  session: async ({}, use) => use(await bookSession()),
  trainer: async ({ service, session }, use) => use(new TrainerPhone(service, session)),
});

export { expect } from '@playwright/test';
