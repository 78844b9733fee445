import type { Page } from '@playwright/test';

type LiveLocation = Record<string, unknown>;

/** From now on the page reads each poll of one journey as `change` makes it: what takes minutes of driving is then there at once. */
export async function changePolls(
  page: Page,
  change: (live: LiveLocation, variables: Record<string, unknown>) => LiveLocation,
): Promise<void> {
  await page.unroute('**/graphql');
  await page.route('**/graphql', async (route) => {
    const sent = route.request().postDataJSON() as {
      operationName?: string;
      variables?: Record<string, unknown>;
    };
    if (sent.operationName !== 'WatchLocation') return route.continue();
    // The service is stopped before the page is: that fails a poll, and no test.
    const response = await route.fetch().catch(() => undefined);
    if (!response) return route.abort();
    const answer = (await response.json()) as { data?: { liveLocation?: LiveLocation } };
    const live = answer.data?.liveLocation;
    if (!live) return route.fulfill({ response });
    return route.fulfill({
      response,
      json: { data: { liveLocation: { ...live, ...change(live, sent.variables ?? {}) } } },
    });
  });
}

/** An ETA as the service gives it: so many minutes from now, at the earliest and at the latest. */
export function etaIn([earliest, likeliest, latest]: [number, number, number]) {
  const dateTime = (minutes: number) => new Date(Date.now() + 60_000 * minutes).toISOString();
  return {
    __typename: 'Eta',
    arrivesAt: dateTime(likeliest),
    earliestAt: dateTime(earliest),
    latestAt: dateTime(latest),
    source: 'ROUTER',
    computedAt: dateTime(0),
  };
}
