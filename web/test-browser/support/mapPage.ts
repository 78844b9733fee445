import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { BrowserContext, Page, Request } from '@playwright/test';
import { root } from './repository';
import type { Service } from './service';
import type { TestSession } from './sessions';
import { tokenFor, type TestRole } from './token';

const MAP_PATH = '/map/';
const builtMap = join(root, 'web/dist');

/** Puts the built map under the service's own address, as the demo serves it: the service itself has only the API. */
export async function serveMap(context: BrowserContext): Promise<void> {
  await context.route(
    ({ pathname }) => pathname.startsWith(MAP_PATH),
    async (route) => {
      const path = new URL(route.request().url()).pathname.slice(MAP_PATH.length) || 'index.html';
      const file = normalize(join(builtMap, path));
      if (file.startsWith(builtMap) && existsSync(file)) await route.fulfill({ path: file });
      else await route.fulfill({ status: 404 });
    },
  );
}

/** Opens a view with the link that its person got. */
export async function openView(
  page: Page,
  { service, session, view, as }: { service: Service; session: TestSession; view: TestRole; as?: string },
): Promise<void> {
  const person = as ?? { student: session.studentId, trainer: session.trainerId, operator: 'operator-1' }[view];
  const link = new URLSearchParams({ session: session.id, token: tokenFor(person, view) });
  await page.goto(`${service.origin}${MAP_PATH}#/${view}?${link.toString()}`);
}

/** Every request to the service from now on, whether it was answered or not. */
export function watchRequests(page: Page): readonly Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/graphql') requests.push(request);
  });
  return requests;
}
