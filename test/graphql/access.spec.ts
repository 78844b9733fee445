import 'reflect-metadata';

import { parse, type GraphQLObjectType } from 'graphql';
import { buildSchemaSync, Mutation, Query, Resolver } from 'type-graphql';

import type { Role } from '../../src/domain/viewer';
import { Access, ANY_ROLE, guardRootFields } from '../../src/graphql/access';
import { createSchema } from '../../src/graphql/schema';

@Resolver()
class HalfGuarded {
  @Access(ANY_ROLE)
  @Query(() => String)
  guarded(): string {
    return 'guarded';
  }

  @Query(() => String)
  openQuery(): string {
    return 'open';
  }

  @Mutation(() => String)
  openMutation(): string {
    return 'open';
  }
}

const services = new Proxy({}, { get: (_, method) => async () => ({ method }) });
const rootFields = () => {
  const service = services as never;
  const schema = createSchema({
    journeys: service,
    updates: service,
    lists: service,
    fleet: service,
    noShows: service,
    shares: service,
  });
  return [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
    Object.values((root as GraphQLObjectType).getFields()),
  );
};

/** Calls a root field's resolver as graphql does. */
const call = (name: string, viewer: () => { id: string; role: Role }, args = {}): unknown => {
  const context = {
    viewer,
    change: (mutation: (viewer: unknown) => unknown) => mutation(viewer()),
    liveLocation: async () => ({}),
    session: async () => ({}),
  };
  const info = { operation: parse('{ field }').definitions[0], fragments: {}, variableValues: {} };
  return rootFields().find((field) => field.name === name)!.resolve!(undefined, args, context, info as never);
};

const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'none';
};

describe('The guards of the root fields', () => {
  it('keep a schema from being built while a root field has none, and name each such field', () => {
    const schema = buildSchemaSync({ resolvers: [HalfGuarded], validate: false });
    expect(() => guardRootFields(schema)).toThrow(
      /no guard: Query\.openQuery, Mutation\.openMutation\. .*@Access/,
    );
  });

  it('require the token before anything else, the input included', () => {
    const unauthenticated = () => {
      throw Object.assign(new Error(), { code: 'UNAUTHENTICATED' });
    };
    for (const { name } of rootFields()) {
      expect([name, refusalOf(() => call(name, unauthenticated, { location: { latitude: 91 } }))]).toEqual([
        name,
        'UNAUTHENTICATED',
      ]);
    }
  });

  it.each([
    ['TRAINER', ['journeys', 'noShows']],
    ['STUDENT', ['journeys', 'noShows']],
    [
      'OPERATOR',
      [
        'startJourney',
        'markArrived',
        'stopJourney',
        'takeOverJourney',
        'reportTrackingProblem',
        'updateLocation',
        'updateLocations',
      ],
    ],
    [
      'SERVICE',
      [
        'startJourney',
        'markArrived',
        'stopJourney',
        'takeOverJourney',
        'reportTrackingProblem',
        'updateLocation',
        'updateLocations',
      ],
    ],
  ] as [Role, string[]][])('refuse the role %s exactly the fields %j', (role, refused) => {
    const viewer = () => ({ id: 'someone', role });
    const forbidden = rootFields()
      .map(({ name }) => name)
      .filter(
        (name) =>
          refusalOf(() => {
            // Only the guard matters here, not what the resolver does afterwards.
            void Promise.resolve(call(name, viewer, { sessionIds: [], locations: [] })).catch(
              () => undefined,
            );
          }) === 'FORBIDDEN',
      );
    expect(forbidden.sort()).toEqual(refused.sort());
  });

  it('refuse a guest everything but the poll of its session, and who it is', () => {
    const viewer = () => ({ id: 'guest', role: 'GUEST' as const });
    const allowed = rootFields()
      .map(({ name }) => name)
      .filter((name) => refusalOf(() => call(name, viewer)) !== 'FORBIDDEN');
    expect(allowed.sort()).toEqual(['liveLocation', 'viewer']);
  });

  it('refuse a role that is new until a field allows it', () => {
    const viewer = () => ({ id: 'someone', role: 'NEW' as Role });
    for (const { name } of rootFields()) expect(refusalOf(() => call(name, viewer))).toBe('FORBIDDEN');
  });
});

describe('The arguments of a field', () => {
  it('stand in the schema in the order in which they are declared', () => {
    const argumentsOf = (name: string) =>
      rootFields()
        .find((field) => field.name === name)!
        .args.map((argument) => argument.name);
    expect(argumentsOf('updateLocations')).toEqual(['sessionId', 'locations', 'sentAt', 'deviceId']);
    expect(argumentsOf('sessions')).toEqual(['first', 'after', 'filter', 'last', 'before']);
  });
});
