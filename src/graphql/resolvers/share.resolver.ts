import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';

import type { Session as SessionData } from '../../domain/session';
import { MAX_SHARES, Shares } from '../../domain/shares';
import { Access, SHARER_ACTION } from '../access';
import { Cost } from '../cost';
import { RequestContext } from '../requestContext';
import { Session } from '../types/session.type';
import { NewShare, Share } from '../types/share.type';

const DEFAULT_LIFE_SECONDS = 7200;

@Resolver(() => Session)
export class ShareResolver {
  constructor(private readonly journeyShares: Shares) {}

  @Access(SHARER_ACTION)
  @Mutation(() => NewShare, {
    description:
      "The session's student, its guardians, operators and services. Creates a link for somebody without a login, also before the journey starts; a session has at most 10 at a time. Errors: BAD_USER_INPUT, FORBIDDEN, SESSION_NOT_FOUND, SESSION_NOT_STARTABLE (there will be no journey to watch), STORE_UNAVAILABLE (no share whose token anybody knows was created: try again).",
  })
  async shareJourney(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('expiresInSeconds', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_LIFE_SECONDS,
      description: '60 to 86,400.',
    })
    expiresInSeconds: number | null,
    @Ctx() context: RequestContext,
  ): Promise<NewShare> {
    const lifeSeconds = expiresInSeconds ?? DEFAULT_LIFE_SECONDS;
    return context.change((viewer) => this.journeyShares.create(viewer, sessionId, lifeSeconds));
  }

  @Access(SHARER_ACTION)
  @Mutation(() => Boolean, {
    description:
      'Whoever may create a share. Every process refuses it from now on. Always true: it does not exist any more, or never did. Errors: FORBIDDEN, SESSION_NOT_FOUND, STORE_UNAVAILABLE (try again).',
  })
  async revokeShare(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('shareId', () => ID) shareId: string,
    @Ctx() context: RequestContext,
  ): Promise<boolean> {
    await context.change((viewer) => this.journeyShares.revoke(viewer, sessionId, shareId));
    return true;
  }

  @Cost({ isLookUp: true, maxItems: MAX_SHARES })
  @FieldResolver(() => [Share], {
    description:
      "Those that have not ended, the oldest first. For the session's student, its guardians, operators and services. Errors: FORBIDDEN.",
  })
  async shares(@Root() session: SessionData, @Ctx() context: RequestContext): Promise<readonly Share[]> {
    return this.journeyShares.list(context.viewer(), session);
  }
}
