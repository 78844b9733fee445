import type { BrowserContext, Page, Request } from '@playwright/test';
import type { Place } from '../../src/map/geometry';
import type { Service } from './service';
import type { TestSession } from './sessions';
import { tokenFor, type TestRole } from './token';

/** Opens a view with the link that its person got. */
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
    /** Of the link's person, where the view is not theirs. */
    role?: TestRole;
    ttlSeconds?: number;
  },
): Promise<void> {
  const person =
    as ?? { student: session.studentId, trainer: session.trainerId, operator: 'operator-1' }[view];
  const link = new URLSearchParams({ session: session.id, token: await tokenFor(person, role, ttlSeconds) });
  await page.goto(`${service.origin}/map/#/${view}?${link.toString()}`);
}

/** Every request to the service from now on, whether it was answered or not. */
export function watchRequests(page: Page): readonly Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/graphql') requests.push(request);
  });
  return requests;
}

/** Puts the page's phone somewhere. */
export async function standAt(context: BrowserContext, { latitude, longitude }: Place): Promise<void> {
  await context.setGeolocation({ latitude, longitude, accuracy: 10 });
}
