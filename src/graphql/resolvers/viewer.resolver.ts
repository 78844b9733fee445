import { Ctx, Query, Resolver } from 'type-graphql';

import type { Viewer as ViewerData } from '../../domain/viewer';
import { Access, ANY_ROLE } from '../access';
import { RequestContext } from '../requestContext';
import { Viewer } from '../types/viewer.type';

@Resolver()
export class ViewerResolver {
  @Access(ANY_ROLE)
  @Query(() => Viewer, { description: 'The caller: for checking a token. Errors: UNAUTHENTICATED.' })
  async viewer(@Ctx() context: RequestContext): Promise<ViewerData> {
    return context.viewer();
  }
}
