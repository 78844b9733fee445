import type { Actor, GraphQLAnswer } from '../support/service';
import type { Operation, Scene } from './scenes';

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
    name: 'a poll before the start',
    scripts: ['readSnapshot'],
    startsActive: false,
    act: ({ student, id }) => student.poll(id),
    expected: ({ id }) => ({
      liveLocation: { sessionId: id, isActive: false, state: 'NOT_STARTED', pollAfterMs: 30_000 },
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
    act: async ({ trainer, id, fix }) => {
      const answer = await trainer.update(id, fix);
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
    name: 'a page of the no-shows',
    scripts: ['noShowsRaised'],
    startsActive: true,
    act: ({ operator }) => operator.ask('{ noShows { edges { node { id } } pageInfo { hasNextPage } } }'),
    expected: () => ({ noShows: { edges: [], pageInfo: { hasNextPage: false } } }),
  },
  {
    name: 'a start',
    scripts: ['start'],
    startsActive: false,
    act: ({ trainer, id }) => trainer.start(id),
    expected: startedBy,
    expectedOfRepeat: (_, journeyId) => ({
      errors: [{ extensions: { code: 'JOURNEY_ALREADY_STARTED', journeyId } }],
    }),
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
    act: ({ trainer, id, fix }) => trainer.update(id, fix),
    expected: ({ id }) => ({ updateLocation: { sessionId: id, status: 'ACCEPTED', version: 3 } }),
    expectedOfRepeat: () => ({ data: { updateLocation: { status: 'DUPLICATE', version: 3 } } }),
  },
  {
    name: 'an update whose rate can not be counted',
    scripts: ['rate'],
    startsActive: true,
    act: ({ trainer, id, fix }) => trainer.update(id, fix),
    expected: ({ id }) => ({ updateLocation: { sessionId: id, status: 'ACCEPTED', version: 3 } }),
    expectedOfRepeat: () => ({ data: { updateLocation: { status: 'DUPLICATE', version: 3 } } }),
  },
  {
    name: 'a batch of fixes',
    scripts: ['update'],
    startsActive: true,
    act: ({ trainer, id, fix, sentAt }) => trainer.updateBatch(id, [fix], sentAt),
    expected: ({ id }) => ({
      updateLocations: { sessionId: id, version: 3, results: [{ status: 'ACCEPTED' }] },
    }),
    expectedOfRepeat: () => ({
      data: { updateLocations: { version: 3, results: [{ status: 'DUPLICATE' }] } },
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
    act: ({ trainer, id, fix }) => trainer.arrive(id, fix),
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
