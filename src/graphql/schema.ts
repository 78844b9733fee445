import 'reflect-metadata';

import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';

import { createInputCheck } from './inputRules';
import type { RequestContext } from './requestContext';
import { JourneyResolver } from './resolvers/journey.resolver';
import { LiveLocationResolver } from './resolvers/liveLocation.resolver';
import { LocationResolver } from './resolvers/location.resolver';
import { SessionResolver } from './resolvers/session.resolver';
import { ViewerResolver } from './resolvers/viewer.resolver';
import type { JourneyService } from '../domain/journeyService';
import type { SessionLists } from '../domain/sessionLists';

/** The executable schema, its resolvers bound to these services. */
export function createSchema(services: { journeys: JourneyService; lists: SessionLists }): GraphQLSchema {
  const { journeys, lists } = services;
  const polls = new LiveLocationResolver();
  const instances = new Map<unknown, unknown>([
    [LiveLocationResolver, polls],
    [LocationResolver, new LocationResolver(journeys)],
    [JourneyResolver, new JourneyResolver(journeys, lists)],
    [SessionResolver, new SessionResolver(journeys, lists)],
    [ViewerResolver, new ViewerResolver()],
  ]);
  const check = createInputCheck();
  const schema = buildSchemaSync({
    resolvers: [LiveLocationResolver, LocationResolver, JourneyResolver, SessionResolver, ViewerResolver],
    container: { get: (resolver) => instances.get(resolver) },
    validateFn: (argument, _type, { context }) => {
      // The token comes before the input, and each field that takes arguments needs one.
      (context as RequestContext).viewer();
      check(argument);
    },
  });
  // TypeScript applies the decorators of parameters from the last to the first, and so type-graphql lists them.
  for (const root of [schema.getQueryType()!, schema.getMutationType()!]) {
    for (const field of Object.values(root.getFields())) field.args = [...field.args].reverse();
  }
  // type-graphql awaits each argument's check. The poll's only argument has none here, and the wait is 3 % of its cost.
  schema.getQueryType()!.getFields().liveLocation!.resolve = (
    _root,
    { sessionId }: { sessionId: string },
    context: RequestContext,
  ) => polls.liveLocation(sessionId, context);
  return schema;
}
