import 'reflect-metadata';

import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage } from 'type-graphql';

import type { Fleet } from '../domain/fleet';
import type { JourneyService } from '../domain/journeyService';
import type { LocationUpdates } from '../domain/locationUpdates';
import type { NoShowList } from '../domain/noShowList';
import type { SessionLists } from '../domain/sessionLists';
import type { Shares } from '../domain/shares';
import { guardRootFields } from './access';
import { requireCosts } from './cost';
import { createInputCheck } from './inputRules';
import { FleetResolver } from './resolvers/fleet.resolver';
import { JourneyResolver } from './resolvers/journey.resolver';
import { LiveLocationResolver } from './resolvers/liveLocation.resolver';
import { LocationResolver } from './resolvers/location.resolver';
import { SessionResolver } from './resolvers/session.resolver';
import { ShareResolver } from './resolvers/share.resolver';
import { ViewerResolver } from './resolvers/viewer.resolver';
import { callMethodsDirectly } from './rootResolvers';

/**
 * The executable schema, its resolvers bound to these services.
 *
 * @throws Error when a root field has no guard, or a field does not declare its cost.
 */
export function createSchema(services: {
  readonly journeys: JourneyService;
  readonly updates: LocationUpdates;
  readonly lists: SessionLists;
  readonly fleet: Fleet;
  readonly noShows: NoShowList;
  readonly shares: Shares;
}): GraphQLSchema {
  const { journeys, updates, lists, fleet, noShows, shares } = services;
  const instances = new Map<unknown, unknown>([
    [LiveLocationResolver, new LiveLocationResolver()],
    [LocationResolver, new LocationResolver(updates)],
    [JourneyResolver, new JourneyResolver(journeys, lists)],
    [FleetResolver, new FleetResolver(fleet, noShows)],
    [SessionResolver, new SessionResolver(journeys, lists)],
    [ShareResolver, new ShareResolver(shares)],
    [ViewerResolver, new ViewerResolver(journeys)],
  ]);
  // JavaScript evaluates the decorators of parameters from the last to the first; the schema lists arguments as declared.
  getMetadataStorage().params.sort((one, other) => one.index - other.index);
  const checkInput = createInputCheck();
  const schema = buildSchemaSync({
    resolvers: [
      LiveLocationResolver,
      LocationResolver,
      JourneyResolver,
      FleetResolver,
      SessionResolver,
      ShareResolver,
      ViewerResolver,
    ],
    container: { get: (resolver) => instances.get(resolver) },
    validateFn: checkInput,
  });
  callMethodsDirectly(schema, instances, checkInput);
  requireCosts(schema);
  guardRootFields(schema);
  return schema;
}
