import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';

import { JourneyError } from '../../domain/errors';
import { LocationUpdates } from '../../domain/locationUpdates';
import { Access, TRAINER_ACTION } from '../access';
import { DEVICE_ID, LocationInput, MAX_BATCH, SENT_AT, toFix } from '../inputs/location.input';
import { RequestContext } from '../requestContext';
import { DateTime } from '../scalars';
import { LocationBatchUpdate, LocationUpdate } from '../types/update.type';

@Resolver()
export class LocationResolver {
  constructor(private readonly updates: LocationUpdates) {}

  @Access(TRAINER_ACTION)
  @Mutation(() => LocationUpdate, {
    description:
      "Trainer. One fix; send the next after `nextUpdateMs`. At most one request in the setting UPDATE_INTERVAL_MS over all the trainer's sessions. Errors: LOCATION_IMPLAUSIBLE (drop the fix), RATE_LIMITED (wait `retryAfterMs`), JOURNEY_ENDED, JOURNEY_NOT_ACTIVE and OTHER_DEVICE_REPORTS (stop sending), STORE_UNAVAILABLE (send again).",
  })
  async updateLocation(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('location', () => LocationInput) location: LocationInput,
    @Arg('deviceId', () => ID, { nullable: true, description: DEVICE_ID }) deviceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LocationUpdate> {
    const update = { fix: toFix(location), deviceId };
    const report = await this.updates.updateLocation(context.viewer(), sessionId, update);
    return {
      sessionId,
      version: report.version,
      status: report.verdicts[0]!.status,
      nextUpdateMs: report.nextUpdateMs,
      // An update of one fix always has a distance.
      distanceMeters: report.distanceMeters!,
      canMarkArrived: report.canMarkArrived,
    };
  }

  @Access(TRAINER_ACTION)
  @Mutation(() => LocationBatchUpdate, {
    description:
      'Trainer. 1 to 100 fixes buffered while offline, in any order; the rate limit counts them as one request. Each has its own result. Errors: those of updateLocation except LOCATION_IMPLAUSIBLE.',
  })
  async updateLocations(
    @Arg('sessionId', () => ID) sessionId: string,
    @Arg('locations', () => [LocationInput]) locations: LocationInput[],
    @Arg('sentAt', () => DateTime, { nullable: true, description: SENT_AT }) sentAt: Date | null,
    @Arg('deviceId', () => ID, { nullable: true, description: DEVICE_ID }) deviceId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<LocationBatchUpdate> {
    if (locations.length < 1 || locations.length > MAX_BATCH) {
      throw new JourneyError(
        'BAD_USER_INPUT',
        `locations holds 1 to ${MAX_BATCH} fixes; these are ${locations.length}. Send more in several calls.`,
        { field: 'locations' },
      );
    }
    const { verdicts, ...report } = await this.updates.updateLocations(context.viewer(), {
      sessionId,
      points: locations.map(toFix),
      sentAt: sentAt?.getTime() ?? null,
      deviceId,
    });
    const results = verdicts.map((verdict, index) => ({
      index,
      status: verdict.status,
      rejection: verdict.status === 'REJECTED' ? verdict.rejection : null,
    }));
    return { ...report, results };
  }
}
