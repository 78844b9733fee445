import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import type { Journey as JourneyFacts } from '../../domain/journey';
import { JourneyService } from '../../domain/journeyService';
import type { LiveLocation as Live } from '../../domain/liveLocation';
import type { Session as SessionFacts } from '../../domain/session';
import { encodeCursor, SessionLists } from '../../domain/sessionLists';
import { RequestContext } from '../requestContext';
import { Journey } from '../types/journey.type';
import { LiveLocation } from '../types/liveLocation.type';
import type { Relation } from '../types/relation';
import { Session, SessionConnection } from '../types/session.type';

const DEFAULT_PAGE = 20;

@Resolver(() => Session)
export class SessionResolver {
  constructor(
    private readonly journeys: JourneyService,
    private readonly lists: SessionLists,
  ) {}

  @Query(() => Session, {
    description:
      "A session, for its student and trainer, operators and services. Errors: SESSION_NOT_FOUND, also for someone else's.",
  })
  session(@Arg('id', () => ID) id: string, @Ctx() context: RequestContext): Promise<SessionFacts> {
    return context.session(id);
  }

  @Query(() => SessionConnection, {
    description: "The viewer's own sessions, an operator's all, ascending by scheduledAt.",
  })
  async sessions(
    @Arg('first', () => Int, { nullable: true, defaultValue: DEFAULT_PAGE, description: '1 to 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<SessionConnection> {
    const { sessions, hasNextPage } = await this.lists.page(
      context.viewer(),
      first ?? DEFAULT_PAGE,
      after ?? null,
    );
    const edges = sessions.map((session) => ({ cursor: encodeCursor(session), node: session }));
    return { edges, pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null } };
  }

  @Mutation(() => Session, {
    description:
      "Operator or service: the booking changed. Drops the cached session, and ends its journey as CANCELLED if the session was cancelled or is another trainer's now. Errors: FORBIDDEN, SESSION_NOT_FOUND.",
  })
  async refreshSession(
    @Arg('sessionId', () => ID) sessionId: string,
    @Ctx() context: RequestContext,
  ): Promise<SessionFacts> {
    return context.change((viewer) => this.journeys.refresh(viewer, sessionId));
  }

  @FieldResolver(() => LiveLocation, { description: 'As the query `liveLocation`.' })
  liveLocation(@Root() session: SessionFacts, @Ctx() context: RequestContext): Promise<Relation<Live>> {
    return context.liveLocation(session.id);
  }

  @FieldResolver(() => Journey, {
    nullable: true,
    description: 'The newest journey, under way or ended; null when none is remembered.',
  })
  async lastJourney(
    @Root() session: SessionFacts,
    @Ctx() context: RequestContext,
  ): Promise<Relation<JourneyFacts> | null> {
    return this.journeys.lastJourney(context.viewer(), session.id);
  }
}
