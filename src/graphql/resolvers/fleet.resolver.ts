import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';

import { DEFAULT_FLEET_PAGE_SIZE, encodeFleetCursor, Fleet } from '../../domain/fleet';
import type { Journey as JourneyData } from '../../domain/journey';
import { DEFAULT_NO_SHOW_PAGE_SIZE, encodeNoShowCursor, NoShowList } from '../../domain/noShowList';
import { Access, OPERATOR_ACTION, OPERATOR_ONLY } from '../access';
import { Cost } from '../cost';
import { RequestContext } from '../requestContext';
import { Journey, JourneyConnection } from '../types/journey.type';
import { SessionConnection } from '../types/session.type';

@Resolver()
export class FleetResolver {
  constructor(
    private readonly fleet: Fleet,
    private readonly noShowList: NoShowList,
  ) {}

  @Access(OPERATOR_ONLY)
  @Cost({ defaultPageSize: DEFAULT_FLEET_PAGE_SIZE })
  @Query(() => JourneyConnection, {
    description:
      'Operator or service: all active journeys, each once, however many start and end while the pages are read. They come in a fixed order, which is ascending by startedAt only in parts; pages go forward alone. Errors: FORBIDDEN, STORE_UNAVAILABLE (never a shorter list).',
  })
  async journeys(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_FLEET_PAGE_SIZE,
      description: '1 to 100.',
    })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<JourneyConnection> {
    const { journeys, hasNextPage } = await this.fleet.page(context.viewer(), { first, after });
    const edges = journeys.map((journey) => ({
      cursor: encodeFleetCursor(journey),
      node: { ...journey, endedAt: null },
    }));
    return {
      edges,
      pageInfo: {
        hasNextPage,
        hasPreviousPage: after != null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  }

  @Access(OPERATOR_ONLY)
  @Cost({ defaultPageSize: DEFAULT_NO_SHOW_PAGE_SIZE })
  @Query(() => SessionConnection, {
    description:
      'Operator or service: the sessions of the last 24 h for which nobody has set off in time (alert NO_SHOW), those with the latest scheduledAt first; pages go on to earlier ones alone. A page may be shorter than `first` although there is a next one: bookings that were cancelled, completed or moved since are left out. Errors: FORBIDDEN, STORE_UNAVAILABLE (never a shorter list).',
  })
  async noShows(
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_NO_SHOW_PAGE_SIZE,
      description: '1 to 100.',
    })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<SessionConnection> {
    const page = await this.noShowList.page(context.viewer(), { first, after });
    const edges = page.sessions.map((session) => ({ cursor: encodeNoShowCursor(session), node: session }));
    return {
      edges,
      pageInfo: {
        hasNextPage: page.hasNextPage,
        hasPreviousPage: after != null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: page.endCursor,
      },
    };
  }

  @Access(OPERATOR_ACTION)
  @Mutation(() => Journey, {
    description:
      'Operator or service: ends a journey that its trainer cannot end, as CANCELLED; a new one may start. Idempotent for the setting ENDED_TTL_SECONDS. Errors: FORBIDDEN, SESSION_NOT_FOUND, JOURNEY_ENDED (in another way), JOURNEY_NOT_ACTIVE.',
  })
  async cancelJourney(
    @Arg('sessionId', () => ID) sessionId: string,
    @Ctx() context: RequestContext,
  ): Promise<JourneyData> {
    return context.change((viewer) => this.fleet.cancel(viewer, sessionId));
  }
}
