import type { Page } from '@playwright/test';

interface Sent {
  readonly operationName: string;
  readonly variables: { readonly after?: string | null; readonly sessionIds?: readonly string[] };
}

const PAGE_SIZE = 100;
/** Degrees each trainer drives between two answers: about a hundred metres. */
const STEP = 0.001;
const SIGNALS = ['LIVE', 'LIVE', 'LIVE', 'LIVE', 'LIVE', 'LIVE', 'LIVE', 'LIVE', 'DELAYED', 'LOST'] as const;

/** From now on the page receives so many journeys all over the city, each elsewhere at each answer. */
export async function simulateFleet(page: Page, size: number): Promise<void> {
  const startedAt = new Date().toISOString();
  const moves = new Map<string, number>();
  await page.route('**/graphql', async (route) => {
    const { operationName, variables } = route.request().postDataJSON() as Sent;
    if (operationName === 'Journeys') {
      const start = Number(variables.after ?? 0);
      const end = Math.min(start + PAGE_SIZE, size);
      const edges = Array.from({ length: end - start }, (_, i) => ({
        __typename: 'JourneyEdge',
        node: journey(start + i, startedAt),
      }));
      const pageInfo = { __typename: 'PageInfo', hasNextPage: end < size, endCursor: String(end) };
      return route.fulfill({
        json: { data: { journeys: { __typename: 'JourneyConnection', edges, pageInfo } } },
      });
    }
    if (operationName === 'LiveLocations') {
      const liveLocations = (variables.sessionIds ?? []).map((sessionId) => {
        const moved = (moves.get(sessionId) ?? 0) + 1;
        moves.set(sessionId, moved);
        return liveLocation(Number(sessionId), { moved, startedAt });
      });
      return route.fulfill({ json: { data: { liveLocations } } });
    }
    return route.continue();
  });
}

function journey(number: number, startedAt: string) {
  return {
    __typename: 'Journey',
    id: `journey-${number}`,
    sessionId: String(number),
    trainerId: `trainer-${number}`,
    studentId: `student-${number}`,
    state: 'EN_ROUTE',
    startedAt,
    expiresAt: new Date(Date.parse(startedAt) + 4 * 3600_000).toISOString(),
    endedAt: null,
  };
}

function liveLocation(number: number, { moved, startedAt }: { moved: number; startedAt: string }) {
  const now = Date.now();
  return {
    __typename: 'LiveLocation',
    sessionId: String(number),
    journeyId: `journey-${number}`,
    trainerId: `trainer-${number}`,
    state: 'EN_ROUTE',
    isActive: true,
    version: 1 + moved,
    location: {
      __typename: 'Location',
      // The golden ratio and the root of two spread them evenly without a pattern.
      latitude: 41.79 + 0.16 * ((number * 0.618034) % 1) + STEP * (moved % 2),
      longitude: -87.79 + 0.18 * ((number * 0.414214) % 1) + STEP * (moved % 3),
      accuracy: 10,
      heading: 90,
      speed: 9,
      capturedAt: new Date(now).toISOString(),
    },
    signal: SIGNALS[number % SIGNALS.length],
    distanceMeters: 500 + (number % 5000),
    startedAt,
    endedAt: null,
    pollAfterMs: 5000,
    stage: 'ON_THE_WAY',
    eta: {
      __typename: 'Eta',
      arrivesAt: new Date(now + 60_000 * (3 + (number % 40))).toISOString(),
      earliestAt: new Date(now + 60_000 * (2 + (number % 40))).toISOString(),
      latestAt: new Date(now + 60_000 * (5 + (number % 40))).toISOString(),
      source: 'ESTIMATE',
      computedAt: new Date(now).toISOString(),
    },
    alerts: number % 50 === 0 ? ['RUNNING_LATE'] : [],
    trackingProblem: null,
  };
}
