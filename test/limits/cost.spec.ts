import 'reflect-metadata';

import { parse, validate } from 'graphql';
import { buildSchemaSync, Field, ObjectType, Query, Resolver } from 'type-graphql';

import { Cost, MAX_COST, maxCostRule, requireCosts } from '../../src/graphql/cost';
import { createSchema } from '../../src/graphql/schema';
import { readTrustedDocuments } from '../../src/graphql/trustedDocuments';
import { playgroundOperations } from '../../src/devtools/playgroundOperations';
import { TestService } from '../support/service';

const schema = createSchema({} as never);
const refusals = (document: string) =>
  validate(schema, parse(document), [maxCostRule]).map(({ message }) => message);

const LIVE_FIELDS = `sessionId journeyId trainerId state isActive version signal distanceMeters startedAt endedAt
  pollAfterMs location { latitude longitude accuracy heading speed capturedAt receivedAt } stage
  eta { arrivesAt earliestAt latestAt source computedAt } alerts trackingProblem correctedAt`;
const LIVE = `liveLocation { ${LIVE_FIELDS} }`;
const JOURNEY_FIELDS = `id sessionId trainerId studentId state startedAt expiresAt endedAt
  summary { durationSeconds drivenMeters signalLostSeconds rejectedFixes lateSeconds }`;
const SHARES = 'shares { id sessionId createdAt expiresAt }';
/** All fields of a session; the trail, which belongs to the map of one session, is left out. */
const SESSION = `id trainerId studentId status scheduledAt home { latitude longitude } ${LIVE}
  lastJourney { ${JOURNEY_FIELDS} } ${SHARES} journeys { ${JOURNEY_FIELDS} }`;
const PAGE = `edges { cursor node { ${SESSION} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;

@ObjectType()
class Course {
  @Field(() => [String], { simple: true })
  lessons!: string[];

  @Cost({ maxItems: 7 })
  @Field(() => [String], { simple: true })
  days!: string[];

  @Field(() => String)
  teacher!: string;
}

@Resolver()
class CourseResolver {
  @Query(() => [Course])
  courses(): Course[] {
    return [];
  }

  @Query(() => Course)
  course(): Course {
    return new Course();
  }
}

describe('The limit on the cost of an answer', () => {
  it.each([
    ...Object.values(readTrustedDocuments()),
    ...playgroundOperations({ sessionId: 'x', home: { latitude: 1, longitude: 1 } }).map(
      ({ query }) => query,
    ),
    `{ sessions(first: 100) { ${PAGE} } }`,
    `{ sessions(last: 100) { ${PAGE} } }`,
    `query ($first: Int) { sessions(first: $first) { ${PAGE} } }`,
    `query ($ids: [ID!]!) { liveLocations(sessionIds: $ids) { ${LIVE_FIELDS} } }`,
    `{ journeys(first: 100) { edges { cursor node { ${JOURNEY_FIELDS} session { ${LIVE} ${SHARES} } } } } }`,
    `{ activeJourneys { id session { ${SESSION} } } }`,
    `query ($id: ID!) { liveLocation(sessionId: $id) { ${LIVE_FIELDS} trail { version latitude longitude } } }`,
  ])('accepts %#: what a screen needs', (document) => {
    expect(validate(schema, parse(document))).toEqual([]);
    expect(refusals(document)).toEqual([]);
  });

  const NESTED = 'lastJourney { session { lastJourney { session { id } } } }';
  it.each([
    [
      'two of the largest pages backward',
      `{ a: sessions(last: 99) { ${PAGE} } b: sessions(last: 99) { ${PAGE} } }`,
    ],
    ['two of the largest pages', `{ a: sessions(first: 99) { ${PAGE} } b: sessions(first: 99) { ${PAGE} } }`],
    [
      'long histories of many sessions',
      '{ sessions(first: 100) { edges { node { journeys(first: 100) { id state } } } } }',
    ],
    [
      'whatever the values of the variables are',
      `query ($n: Int) { a: sessions(first: $n) { ${PAGE} } b: sessions(first: $n) { ${PAGE} } }`,
    ],
    [
      'the ways of many sessions',
      '{ sessions(first: 100) { edges { node { liveLocation { trail { latitude longitude } } } } } }',
    ],
    [
      'look-ups below look-ups',
      `{ ${[1, 2, 3, 4, 5, 6, 7, 8].map((n) => `p${n}: sessions(first: 100) { edges { node { ${NESTED} } } }`).join(' ')} }`,
    ],
    [
      'fragments',
      `fragment P on SessionConnection { ${PAGE} } { a: sessions(first: 100) { ...P } b: sessions(first: 100) { ... on SessionConnection { ...P } } }`,
    ],
  ])('refuses %s', (_, document) => {
    expect(validate(schema, parse(document))).toEqual([]);
    expect(refusals(document)).toEqual([expect.stringContaining(`at most ${MAX_COST} is allowed`)]);
  });

  it('counts default pages and written-out lists by their own length', () => {
    const pages = [1, 2, 3, 4, 5].map((n) => `p${n}: sessions { ${PAGE} }`).join(' ');
    expect(refusals(`{ ${pages} }`)).toEqual([]);
    const polls = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      .map((n) => `p${n}: liveLocations(sessionIds: ["a", "b"]) { sessionId location { latitude } }`)
      .join(' ');
    expect(refusals(`{ ${polls} }`)).toEqual([]);
  });

  it('terminates for fragments that spread themselves, or each other twice', () => {
    const doubling = Array.from(
      { length: 60 },
      (_, n) => `fragment f${n} on Session { ...f${n + 1} ...f${n + 1} }`,
    ).join(' ');
    expect(
      refusals(`{ session(id: "x") { ...f0 } } ${doubling} fragment f60 on Session { id }`),
    ).toHaveLength(1);
    expect(refusals('{ session(id: "x") { ...f } } fragment f on Session { id ...f }')).toEqual([]);
  });

  it('keeps a schema from being built while a list or a look-up does not declare its cost, and names it', () => {
    const undeclared = buildSchemaSync({ resolvers: [CourseResolver], validate: false });
    expect(() => requireCosts(undeclared)).toThrow(
      /do not declare their cost: Query\.courses, Course\.lessons, Course\.teacher\. /,
    );
  });

  it('applies on every path of a document, however often it is sent', async () => {
    const service = await TestService.start();
    try {
      const operator = await service.actor('someone', 'operator');
      const document = `query ($n: Int) { a: sessions(first: $n) { ${PAGE} } b: sessions(first: $n) { ${PAGE} } }`;
      for (let time = 0; time < 5; time += 1) {
        expect(await operator.ask(document, { n: 1 })).toMatchObject({
          status: 400,
          code: 'GRAPHQL_VALIDATION_FAILED',
        });
      }
    } finally {
      await service.stop();
    }
  });
});
