import { Ctx, Query, Resolver } from 'type-graphql';

import type { Viewer as Who } from '../../domain/viewer';
import { RequestContext } from '../requestContext';
import { Viewer } from '../types/viewer.type';

@Resolver()
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Who asks: for checking a token. Errors: UNAUTHENTICATED.' })
  async viewer(@Ctx() context: RequestContext): Promise<Who> {
    return context.viewer();
  }
}
