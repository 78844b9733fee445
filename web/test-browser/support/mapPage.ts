import type { BrowserContext, Page, Request } from '@playwright/test';
import type { Place } from '../../src/map/geometry';
import type { Service } from './service';
import type { TestSession } from './sessions';
import { tokenFor, type TestRole } from './token';

/** Opens a view with the link of its user. */
export async function openView(
  page: Page,
  {
    service,
    session,
    view,
    as,
    role = view,
    ttlSeconds,
  }: {
    service: Service;
    session: TestSession;
    view: TestRole;
    as?: string;
    /** The role of the link's user, where it differs from the view's. */
    role?: TestRole;
    ttlSeconds?: number;
  },
): Promise<void> {
  const person =
    as ?? { student: session.studentId, trainer: session.trainerId, operator: 'operator-1' }[view];
  const link = new URLSearchParams({ session: session.id, token: await tokenFor(person, role, ttlSeconds) });
  await page.goto(`${service.origin}/map/#/${view}?${link.toString()}`);
}

/** Records every request to the service from now on, whether or not it is answered. */
export function watchRequests(page: Page): readonly Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/graphql') requests.push(request);
  });
  return requests;
}

/** Sets the position of the page's device. */
export async function standAt(context: BrowserContext, { latitude, longitude }: Place): Promise<void> {
  await context.setGeolocation({ latitude, longitude, accuracy: 10 });
}
