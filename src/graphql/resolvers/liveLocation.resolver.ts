import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';

import { JourneyError } from '../../domain/errors';
import type { LiveLocation as LiveLocationData } from '../../domain/liveLocation';
import { MAX_TRAIL_POINTS, type TrailPoint as TrailPointData } from '../../domain/trail';
import { Access, ANY_ROLE, ANY_VIEWER } from '../access';
import { Cost } from '../cost';
import { RequestContext } from '../requestContext';
import { TrailSelections } from '../trailSelections';
import { LiveLocation, TrailPoint } from '../types/liveLocation.type';

const MAX_POLLS = 50;

@Resolver(() => LiveLocation)
export class LiveLocationResolver {
  private readonly trails = new TrailSelections();

  @Access(ANY_VIEWER)
  @Query(() => LiveLocation, {
    description:
      "The poll: where the trainer of a session is. For the session's student and trainer, operators and services, and guests with a share of it (UNAUTHENTICATED once it has ended). Ask again after `pollAfterMs`. Errors: SESSION_NOT_FOUND, STORE_UNAVAILABLE (ask again after `retryAfterMs`; it never means that the journey ended).",
  })
  liveLocation(
    @Arg('sessionId', () => ID) sessionId: string,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LiveLocationData> {
    return context.liveLocation(sessionId, this.trails.after(info));
  }

  @Access(ANY_ROLE)
  @Cost({ maxItems: MAX_POLLS })
  @Query(() => [LiveLocation], {
    description:
      "Up to 50 polls in one, answered in the order asked, duplicates too. One session that is not the viewer's refuses the call: SESSION_NOT_FOUND.",
  })
  async liveLocations(
    @Arg('sessionIds', () => [ID]) sessionIds: string[],
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<LiveLocationData[]> {
    if (sessionIds.length > MAX_POLLS) {
      throw new JourneyError(
        'BAD_USER_INPUT',
        `At most ${MAX_POLLS} sessionIds a call; these are ${sessionIds.length}. Ask in several calls.`,
        { field: 'sessionIds' },
      );
    }
    const trailAfter = this.trails.after(info);
    return Promise.all(sessionIds.map((id) => context.liveLocation(id, trailAfter)));
  }

  @Cost({ isLookUp: false, maxItems: MAX_TRAIL_POINTS })
  @FieldResolver(() => [TrailPoint], {
    description:
      'The way so far of the active journey, oldest first: its accepted fixes at least 25 m apart, the newest 240. Empty once the journey has ended.',
  })
  trail(
    @Root() live: LiveLocationData,
    @Arg('afterVersion', () => Int, {
      nullable: true,
      defaultValue: 0,
      description: 'Only points of later versions: the highest one that the caller has already, 0 for all.',
    })
    afterVersion: number | null,
  ): readonly TrailPointData[] {
    const after = afterVersion ?? 0;
    return live.trail.filter(({ version }) => version > after);
  }
}
