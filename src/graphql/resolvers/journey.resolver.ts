import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import type { TrackingProblem as Problem } from '../../domain/alert';
import type { Journey as JourneyData } from '../../domain/journey';
import { JourneyService } from '../../domain/journeyService';
import type { Session as SessionData } from '../../domain/session';
import { SessionLists } from '../../domain/sessionLists';
import { Access, ANY_ROLE, TRAINER_ACTION } from '../access';
import { Cost } from '../cost';
import { DEVICE_ID, LocationInput, SENT_AT, toFix } from '../inputs/location.input';
import { RequestContext } from '../requestContext';
import { DateTime } from '../scalars';
import { TrackingProblem } from '../types/enums';
import { Journey } from '../types/journey.type';
import type { Relation } from '../types/relation';
import { Session } from '../types/session.type';

const MAX_ACTIVE_JOURNEYS = 10;

@Resolver(() => Journey)
export class JourneyResolver {
  constructor(
    private readonly journeys: JourneyService,
    private readonly lists: SessionLists,
  ) {}

  @Access(ANY_ROLE)
  @Cost({ maxItems: MAX_ACTIVE_JOURNEYS })
  @Query(() => [Journey], {
    description:
      "The viewer's active journeys: how a screen that knows no sessionId, or an app that restarts, finds one. An operator must name the trainer; a trainer who names another gets none.",
  })
  async activeJourneys(
    @Arg('trainerId', () => ID, { nullable: true }) trainerId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<readonly JourneyData[]> {
    return this.lists.activeJourneys(context.viewer(), trainerId ?? null);
  }

  @Access(TRAINER_ACTION)
  @Mutation(() => Journey, {
    description:
      'Trainer. Starts the journey to a SCHEDULED or CONFIRMED session. Errors: JOURNEY_ALREADY_STARTED (with `journeyId` and `startedAt`: continue with that journey), SESSION_NOT_STARTABLE, SESSION_NOT_FOUND, FORBIDDEN, STORE_UNAVAILABLE (whether it began is unknown: ask again).',
  })
  async startJourney(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('clientRequestId', () => ID, {
      nullable: true,
      description:
        'Makes a retry safe: the same id returns the journey that it started, also one that has ended, for the setting ENDED_TTL_SECONDS.',
    })
    clientRequestId: string | null,
    @Arg('deviceId', () => ID, { nullable: true, description: DEVICE_ID }) deviceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<JourneyData> {
    return context.change((viewer) => this.journeys.start(viewer, sessionId, { clientRequestId, deviceId }));
  }

  @Access(TRAINER_ACTION)
  @Mutation(() => Journey, {
    description:
      'Trainer. Ends the journey as ARRIVED, within the setting ARRIVAL_RADIUS_METERS of home: by `location`, which is applied as an update first, or by the newest stored fix if it is at most as old as the setting SIGNAL_DELAYED_MS. A location that is not ACCEPTED proves nothing: then the stored fix counts, as without one. Idempotent for the setting ENDED_TTL_SECONDS. Errors: ARRIVAL_TOO_FAR, ARRIVAL_UNCONFIRMED (positions that contradict each other: keep sending, try again after `retryAfterMs`), LOCATION_UNKNOWN, LOCATION_IMPLAUSIBLE, OTHER_DEVICE_REPORTS, JOURNEY_ENDED, JOURNEY_NOT_ACTIVE.',
  })
  async markArrived(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('location', () => LocationInput, { nullable: true }) location: LocationInput | null,
    @Arg('sentAt', () => DateTime, { nullable: true, description: SENT_AT }) sentAt: Date | null,
    @Arg('deviceId', () => ID, { nullable: true, description: DEVICE_ID }) deviceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<JourneyData> {
    const proof = { fix: location ? toFix(location) : null, sentAt: sentAt?.getTime() ?? null, deviceId };
    return context.change((viewer) => this.journeys.markArrived(viewer, sessionId, proof));
  }

  @Access(TRAINER_ACTION)
  @Mutation(() => Journey, {
    description:
      'Trainer. Ends the journey as STOPPED; a new one may start. Idempotent for the setting ENDED_TTL_SECONDS. Errors: JOURNEY_ENDED, JOURNEY_NOT_ACTIVE.',
  })
  async stopJourney(
    @Arg('sessionId', () => ID) sessionId: string,
    @Ctx() context: RequestContext,
  ): Promise<JourneyData> {
    return context.change((viewer) => this.journeys.stop(viewer, sessionId));
  }

  @Access(TRAINER_ACTION)
  @Mutation(() => Journey, {
    description:
      'Trainer. From now on this device reports on the active journey; the other one gets OTHER_DEVICE_REPORTS. The next fix is judged as a first one, and for a while an arrival may be ARRIVAL_UNCONFIRMED. Idempotent. Errors: JOURNEY_ENDED, JOURNEY_NOT_ACTIVE.',
  })
  async takeOverJourney(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('deviceId', () => ID, { description: 'As in updateLocation.' }) deviceId: string,
    @Ctx() context: RequestContext,
  ): Promise<JourneyData> {
    return context.change((viewer) => this.journeys.takeOver(viewer, sessionId, deviceId));
  }

  @Access(TRAINER_ACTION)
  @Mutation(() => Journey, {
    description:
      'Trainer. Why the phone sends nothing: viewers of the journey see it as `trackingProblem`, until this reports null or a fix is accepted. Idempotent. Errors: RATE_LIMITED (it changed a dozen times in a minute: report what it is after `retryAfterMs`; fixes are not affected), OTHER_DEVICE_REPORTS, JOURNEY_ENDED, JOURNEY_NOT_ACTIVE, SESSION_NOT_FOUND, STORE_UNAVAILABLE.',
  })
  async reportTrackingProblem(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('problem', () => TrackingProblem, { nullable: true, description: 'null: all is well again.' })
    problem: Problem | null,
    @Arg('deviceId', () => ID, { nullable: true, description: DEVICE_ID }) deviceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<JourneyData> {
    return context.change((viewer) =>
      this.journeys.reportTrackingProblem(viewer, sessionId, { problem: problem ?? null, deviceId }),
    );
  }

  @Cost({ isLookUp: true })
  @FieldResolver(() => Session)
  session(@Root() journey: JourneyData, @Ctx() context: RequestContext): Promise<Relation<SessionData>> {
    return context.session(journey.sessionId);
  }
}
