import type { Page, Request } from '@playwright/test';
import type { Service } from './service';
import type { TestSession } from './sessions';
import { tokenFor, type TestRole } from './token';

/** Opens a view with the link that its person got. */
export async function openView(
  page: Page,
  { service, session, view, as }: { service: Service; session: TestSession; view: TestRole; as?: string },
): Promise<void> {
  const person =
    as ?? { student: session.studentId, trainer: session.trainerId, operator: 'operator-1' }[view];
  const link = new URLSearchParams({ session: session.id, token: await tokenFor(person, view) });
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
