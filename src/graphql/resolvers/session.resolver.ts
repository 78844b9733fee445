import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import type { Journey as JourneyData } from '../../domain/journey';
import { DEFAULT_HISTORY_SIZE } from '../../domain/journeyHistory';
import { JourneyService } from '../../domain/journeyService';
import type { LiveLocation as LiveLocationData } from '../../domain/liveLocation';
import type { Session as SessionData } from '../../domain/session';
import { encodeCursor } from '../../domain/sessionCursor';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, SessionLists } from '../../domain/sessionLists';
import { Access, ANY_ROLE, OPERATOR_ACTION } from '../access';
import { Cost } from '../cost';
import { isGiven } from '../givenArgument';
import { SessionFilter, toRequestedSessions } from '../inputs/sessionFilter.input';
import { RequestContext } from '../requestContext';
import { TrailSelections } from '../trailSelections';
import { Journey } from '../types/journey.type';
import { LiveLocation } from '../types/liveLocation.type';
import type { Relation } from '../types/relation';
import { Session, SessionConnection } from '../types/session.type';

@Resolver(() => Session)
export class SessionResolver {
  private readonly trails = new TrailSelections();

  constructor(
    private readonly service: JourneyService,
    private readonly lists: SessionLists,
  ) {}

  @Access(ANY_ROLE)
  @Query(() => Session, {
    description:
      "A session, for its student and trainer, operators and services. Errors: SESSION_NOT_FOUND, also for someone else's.",
  })
  session(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<SessionData> {
    return context.session(id);
  }

  @Access(ANY_ROLE)
  @Cost({ defaultPageSize: DEFAULT_PAGE_SIZE })
  @Query(() => SessionConnection, {
    description:
      "The viewer's own sessions, an operator's all, ascending by scheduledAt. `first` and `after` go forward from the earliest, `last` and `before` backward from the latest, with the edges ascending too; with `last`, or `before` alone, the default of `first` does not count. Errors: BAD_USER_INPUT for `first` together with `last`.",
  })
  async sessions(
    @Arg('first', () => Int, { nullable: true, defaultValue: DEFAULT_PAGE_SIZE, description: '1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after: string | null,
    @Arg('filter', () => SessionFilter, { nullable: true }) filter: SessionFilter | null,
    @Arg('last', () => Int, { nullable: true, description: '1 to 100.' }) last: number | null,
    @Arg('before', () => String, { nullable: true, description: 'The startCursor of the page after.' })
    before: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<SessionConnection> {
    const { entries, hasNextPage, hasPreviousPage } = await this.lists.page(context.viewer(), {
      filter: filter && toRequestedSessions(filter),
      first: isGiven(info, 'first') ? first : null,
      after,
      last,
      before,
    });
    const edges = entries.map(({ session, position }) => ({ cursor: encodeCursor(position), node: session }));
    const [startCursor, endCursor] = [edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null];
    return { edges, pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } };
  }

  @Access(OPERATOR_ACTION)
  @Mutation(() => Session, {
    description:
      "Operator or service: the booking changed. Drops the cached session, and brings an active journey up to date: it gets the session's home, and ends as CANCELLED if the session was cancelled, or is another trainer's or another student's now. Errors: FORBIDDEN, SESSION_NOT_FOUND.",
  })
  async refreshSession(
    @Arg('sessionId', () => ID) sessionId: string,
    @Ctx() context: RequestContext,
  ): Promise<SessionData> {
    return context.change((viewer) => this.service.refresh(viewer, sessionId));
  }

  @Cost({ isLookUp: true })
  @FieldResolver(() => LiveLocation, {
    nullable: true,
    description:
      'As the query `liveLocation`; null, with an error at this field alone, when it cannot be read. A list never fails for one of its sessions.',
  })
  liveLocation(
    @Root() session: SessionData,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Relation<LiveLocationData>> {
    return context.liveLocation(session.id, this.trails.after(info));
  }

  @Cost({ isLookUp: true, maxItems: MAX_PAGE_SIZE, defaultPageSize: DEFAULT_HISTORY_SIZE })
  @FieldResolver(() => [Journey], {
    description:
      'The journeys to this session that the viewer may see, newest first, from the durable record.',
  })
  journeys(
    @Root() session: SessionData,
    @Arg('first', () => Int, { nullable: true, defaultValue: DEFAULT_HISTORY_SIZE, description: '1 to 100.' })
    first: number | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly Relation<JourneyData>[]> {
    return context.journeysOf(session.id, first ?? DEFAULT_HISTORY_SIZE);
  }

  @Cost({ isLookUp: true })
  @FieldResolver(() => Journey, {
    nullable: true,
    description: 'The newest journey, active or ended; null when none is known any more.',
  })
  async lastJourney(
    @Root() session: SessionData,
    @Ctx() context: RequestContext,
  ): Promise<Relation<JourneyData> | null> {
    return this.service.lastJourney(context.viewer(), session.id);
  }
}
