import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';

import type { Keys } from '../../src/redis/keys';
import type { ScriptName } from '../../src/redis/scripts';
import {
  metersFromHome,
  type Actor,
  type Booking,
  type GraphQLAnswer,
  type TestService,
} from '../support/service';

/** A session in the state that an operation needs, and those who act on it. */
export interface Scene extends Booking {
  readonly operator: Actor;
  /** Has a share of the session, whose id is shareId. */
  readonly guest: Actor;
  readonly shareId: string;
  readonly requestId: string;
  /** The active journey; null when there is none. */
  readonly journeyId: string | null;
}

/** What a viewer may ask, and what a right answer is. */
export interface Operation {
  readonly name: string;
  /** The scripts without which it can't be answered: faults affect their calls. */
  readonly scripts: readonly ScriptName[];
  /** Whether a journey is active before it. */
  readonly startsActive: boolean;
  act(scene: Scene): Promise<GraphQLAnswer>;
  /** What a successful answer must hold. */
  expected(scene: Scene): object;
}

/** Two fixes that no speed limit parts, however soon one follows the other: they are less exact than they are apart. */
const FIRST = { ...metersFromHome(140), accuracy: 50 };
const FURTHER = { ...metersFromHome(130), accuracy: 50 };

const startedBy = (scene: Scene) => ({ startJourney: { sessionId: scene.id, state: 'EN_ROUTE' } });

export const operations: readonly Operation[] = [
  {
    name: 'a poll',
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ student, id }) => student.poll(id),
    expected: ({ id, journeyId }) => ({
      liveLocation: { sessionId: id, journeyId, isActive: true, state: 'EN_ROUTE' },
    }),
  },
  {
    name: 'a poll of the progress and the trail',
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ student, id }) =>
      student.ask(
        'query ($id: ID!) { liveLocation(sessionId: $id) { journeyId stage eta { source } trail { version } } }',
        { id },
      ),
    expected: ({ journeyId }) => ({
      liveLocation: {
        journeyId,
        stage: 'ON_THE_WAY',
        eta: { source: 'ESTIMATE' },
        trail: [{ version: 2 }],
      },
    }),
  },
  {
    name: 'an update that reaches a stage',
    scripts: ['update'],
    startsActive: true,
    act: async ({ trainer, id }) => {
      const answer = await trainer.update(id, FURTHER);
      if (answer.errors) return answer;
      return trainer.ask('query ($id: ID!) { liveLocation(sessionId: $id) { version stage } }', { id });
    },
    expected: () => ({ liveLocation: { version: 3, stage: 'NEARBY' } }),
  },
  {
    name: 'a batch of polls',
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ student, id }) =>
      student.ask('query ($ids: [ID!]!) { liveLocations(sessionIds: $ids) { journeyId isActive } }', {
        ids: [id, id],
      }),
    expected: ({ journeyId }) => ({
      liveLocations: [
        { journeyId, isActive: true },
        { journeyId, isActive: true },
      ],
    }),
  },
  {
    name: "a guest's poll",
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ guest, id }) => guest.poll(id),
    expected: ({ id, journeyId }) => ({
      liveLocation: { sessionId: id, journeyId, isActive: true, state: 'EN_ROUTE' },
    }),
  },
  {
    name: "a guest's viewer",
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ guest }) => guest.ask('{ viewer { id role } }'),
    expected: ({ shareId }) => ({ viewer: { id: shareId, role: 'GUEST' } }),
  },
  {
    name: 'a share',
    scripts: ['createShare'],
    startsActive: false,
    act: ({ student, id }) => student.share(id),
    expected: ({ id }) => ({ shareJourney: { share: { sessionId: id } } }),
  },
  {
    name: 'the shares of a session',
    scripts: ['readShares'],
    startsActive: true,
    act: ({ student, id }) => student.shares(id),
    expected: ({ id }) => ({ session: { shares: [{ sessionId: id }] } }),
  },
  {
    name: 'a revocation of a share',
    scripts: ['revokeShare'],
    startsActive: true,
    act: ({ student, id, shareId }) => student.revoke(id, shareId),
    expected: () => ({ revokeShare: true }),
  },
  {
    name: 'activeJourneys',
    scripts: ['indexRead', 'readSnapshot'],
    startsActive: true,
    act: ({ student }) => student.ask('{ activeJourneys { id state } }'),
    expected: ({ journeyId }) => ({ activeJourneys: [{ id: journeyId, state: 'EN_ROUTE' }] }),
  },
  {
    name: 'a session with its live location',
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ student, id }) =>
      student.ask('query ($id: ID!) { session(id: $id) { id liveLocation { journeyId isActive } } }', { id }),
    expected: ({ id, journeyId }) => ({ session: { id, liveLocation: { journeyId, isActive: true } } }),
  },
  {
    name: "a session's journeys",
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ student, id }) =>
      student.ask('query ($id: ID!) { session(id: $id) { journeys { id state } } }', { id }),
    expected: ({ journeyId }) => ({ session: { journeys: [{ id: journeyId, state: 'EN_ROUTE' }] } }),
  },
  {
    name: 'a page of sessions with their live locations',
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ student }) =>
      student.ask('{ sessions { edges { node { id liveLocation { journeyId isActive } } } } }'),
    expected: ({ id, journeyId }) => ({
      sessions: { edges: [{ node: { id, liveLocation: { journeyId, isActive: true } } }] },
    }),
  },
  {
    name: 'the last sessions of a filter with their live locations',
    scripts: ['readSnapshot'],
    startsActive: true,
    act: ({ student }) =>
      student.ask(
        '{ sessions(last: 1, filter: { statuses: [CONFIRMED] }) { edges { node { id liveLocation { isActive } } } } }',
      ),
    expected: ({ id }) => ({ sessions: { edges: [{ node: { id, liveLocation: { isActive: true } } }] } }),
  },
  {
    name: 'the pages of all active journeys',
    scripts: ['activeJourneys'],
    startsActive: true,
    act: ({ operator, id }) => askFleet(operator, id),
    expected: ({ journeyId }) => ({ journeys: { edges: [{ node: { id: journeyId, state: 'EN_ROUTE' } }] } }),
  },
  {
    name: 'a start',
    scripts: ['start'],
    startsActive: false,
    act: ({ trainer, id }) => trainer.start(id),
    expected: startedBy,
  },
  {
    name: 'a start with a clientRequestId',
    scripts: ['indexAdd'],
    startsActive: false,
    act: ({ trainer, id, requestId }) => trainer.start(id, requestId),
    expected: startedBy,
  },
  {
    name: 'an update',
    scripts: ['update'],
    startsActive: true,
    act: ({ trainer, id }) => trainer.update(id, FURTHER),
    expected: ({ id }) => ({ updateLocation: { sessionId: id, status: 'ACCEPTED', version: 3 } }),
  },
  {
    name: 'a batch of fixes',
    scripts: ['update'],
    startsActive: true,
    act: ({ trainer, id }) => trainer.updateBatch(id, [FURTHER]),
    expected: ({ id }) => ({
      updateLocations: { sessionId: id, version: 3, results: [{ status: 'ACCEPTED' }] },
    }),
  },
  {
    name: 'a tracking problem',
    scripts: ['trackingProblem'],
    startsActive: true,
    act: ({ trainer, id }) =>
      trainer.ask(
        'mutation ($id: ID!) { reportTrackingProblem(sessionId: $id, problem: LOCATION_OFF) { id state } }',
        { id },
      ),
    expected: ({ journeyId }) => ({ reportTrackingProblem: { id: journeyId, state: 'EN_ROUTE' } }),
  },
  {
    name: 'a takeover by another device',
    scripts: ['takeOver'],
    startsActive: true,
    act: ({ trainer, id }) =>
      trainer.ask(
        'mutation ($id: ID!) { takeOverJourney(sessionId: $id, deviceId: "tablet") { id state } }',
        { id },
      ),
    expected: ({ journeyId }) => ({ takeOverJourney: { id: journeyId, state: 'EN_ROUTE' } }),
  },
  {
    name: 'an arrival with a fix',
    scripts: ['update'],
    startsActive: true,
    act: ({ trainer, id }) => trainer.arrive(id, FURTHER),
    expected: ({ journeyId }) => ({ markArrived: { id: journeyId, state: 'ARRIVED' } }),
  },
  {
    name: 'an arrival by the stored fix',
    scripts: ['end'],
    startsActive: true,
    act: ({ trainer, id }) => trainer.arrive(id),
    expected: ({ journeyId }) => ({ markArrived: { id: journeyId, state: 'ARRIVED' } }),
  },
  {
    name: 'a stop',
    scripts: ['end'],
    startsActive: true,
    act: ({ trainer, id }) => trainer.stop(id),
    expected: ({ journeyId }) => ({ stopJourney: { id: journeyId, state: 'STOPPED' } }),
  },
  {
    name: 'a refresh',
    scripts: ['end'],
    startsActive: true,
    act: ({ operator, id }) => operator.refresh(id),
    expected: ({ id, trainer }) => ({ refreshSession: { id, trainerId: trainer.id } }),
  },
  {
    name: 'a cancellation',
    scripts: ['end'],
    startsActive: true,
    act: ({ operator, id }) =>
      operator.ask('mutation ($id: ID!) { cancelJourney(sessionId: $id) { id state } }', { id }),
    expected: ({ journeyId }) => ({ cancelJourney: { id: journeyId, state: 'CANCELLED' } }),
  },
];

/** Reads all pages of the active journeys, or those until one fails, and keeps the journey of the session alone. */
async function askFleet(operator: Actor, sessionId: string): Promise<GraphQLAnswer> {
  const edges: { node: { sessionId: string } }[] = [];
  for (let after: string | null = null; ;) {
    const answer: GraphQLAnswer = await operator.ask(
      `query ($after: String) {
        journeys(first: 100, after: $after) { edges { node { id sessionId state } } pageInfo { hasNextPage endCursor } }
      }`,
      { after },
    );
    if (answer.errors) return answer;
    const { journeys } = answer.data;
    edges.push(...journeys.edges.filter(({ node }: (typeof edges)[0]) => node.sessionId === sessionId));
    after = journeys.pageInfo.endCursor;
    if (!journeys.pageInfo.hasNextPage) return { ...answer, data: { journeys: { edges } } };
  }
}

/** The settings of a service under faults: trainers may send at any interval, and a slow machine must not change a result. */
export const FAULT_SETTINGS = {
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '60000',
  // A busy test machine must not look like an attack or an overload.
  REQUESTS_PER_MINUTE: 'off',
  MAX_EVENT_LOOP_DELAY_MS: 'off',
};

/**
 * Books a session and brings it into the state that the operation needs.
 * @param id of the session; a new one when left out
 */
export async function arrange(service: TestService, operation: Operation, id?: string): Promise<Scene> {
  const booking = await service.book(id === undefined ? {} : { id });
  const operator = await service.actor('operator-1', 'operator');
  const requestId = randomUUID();
  // This request reads and writes, so after it both connections work, whatever an earlier fault did to them.
  await retryWhileUnavailable(() => operator.refresh(booking.id));
  const { share, token } = (await retryWhileUnavailable(() => booking.student.share(booking.id))).data
    .shareJourney;
  const scene = {
    ...booking,
    operator,
    requestId,
    guest: service.nobody(token),
    shareId: share.id as string,
  };
  if (!operation.startsActive) return { ...scene, journeyId: null };
  const started = await retryWhileUnavailable(() => booking.trainer.start(booking.id, requestId));
  const journeyId = started.data.startJourney.id as string;
  await retryWhileUnavailable(() => booking.trainer.update(booking.id, FIRST));
  return { ...scene, journeyId };
}

export type Verdict = 'right' | 'unavailable' | { readonly wrong: string };

/** An answer is right, or it says that the store is unavailable; anything else is wrong. */
export function judge(operation: Operation, scene: Scene, answer: GraphQLAnswer): Verdict {
  const received = JSON.stringify({ status: answer.status, data: answer.data, errors: answer.errors });
  if (answer.errors === undefined) {
    return matches(answer.data, operation.expected(scene))
      ? 'right'
      : { wrong: `${operation.name}: ${received}` };
  }
  return isUnavailable(answer) ? 'unavailable' : { wrong: `${operation.name}: ${received}` };
}

/** Whether it is a complete STORE_UNAVAILABLE: the code, the status, and when to retry, in the header and in the body. */
export function isUnavailable({ status, headers, errors }: GraphQLAnswer): boolean {
  return (
    status === 503 &&
    Number(headers.get('retry-after')) >= 1 &&
    errors!.every(({ extensions }) => extensions.code === 'STORE_UNAVAILABLE' && extensions.retryAfterMs > 0)
  );
}

/** Repeats a request while the answer is 503, as the client does. */
export async function retryWhileUnavailable(
  ask: () => Promise<GraphQLAnswer>,
  withinMs = 10_000,
): Promise<GraphQLAnswer> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer.errors === undefined) return answer;
    if (!isUnavailable(answer) || performance.now() > giveUpAt) {
      throw new Error(
        `Expected success: ${JSON.stringify({ status: answer.status, errors: answer.errors })}`,
      );
    }
    await sleep(20);
  }
}

/** Everything that Redis holds of a session's journey and its shares, so that two moments can be compared. */
export async function journeyInRedis(redis: Redis, keys: Keys, { id, trainer }: Scene): Promise<string> {
  const held = await Promise.all(
    [keys.active(id), keys.ended(id), keys.location(trainer.id, id), keys.shares(id)].map((key) =>
      redis.hgetall(key),
    ),
  );
  return JSON.stringify(held);
}

/** Whether `actual` has all that `expected` has, as jest's toMatchObject. */
function matches(actual: unknown, expected: unknown): boolean {
  if (expected === null || typeof expected !== 'object') return Object.is(actual, expected);
  if (actual === null || typeof actual !== 'object') return false;
  return Object.entries(expected).every(([name, value]) =>
    matches((actual as Record<string, unknown>)[name], value),
  );
}
