import { Ctx, Query, Resolver } from 'type-graphql';

import { JourneyService } from '../../domain/journeyService';
import { Access, ANY_VIEWER } from '../access';
import { RequestContext } from '../requestContext';
import { Viewer } from '../types/viewer.type';

@Resolver()
export class ViewerResolver {
  constructor(private readonly journeys: JourneyService) {}

  @Access(ANY_VIEWER)
  @Query(() => Viewer, {
    description: 'The caller: for checking a token or a share. Errors: UNAUTHENTICATED.',
  })
  async viewer(@Ctx() context: RequestContext): Promise<Viewer> {
    return this.journeys.identify(context.viewer());
  }
}
