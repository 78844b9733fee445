import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { PointRejection as Rejection } from '../../domain/errors';
import { Cost } from '../cost';
import { MAX_BATCH } from '../inputs/location.input';
import { PointRejection, PointStatus } from './enums';

type Status = keyof typeof PointStatus;

@ObjectType({ simpleResolvers: true, description: 'The result of one fix, and when to send the next.' })
export class LocationUpdate {
  @Field(() => ID)
  sessionId!: string;

  @Field(() => Int, { description: "The journey's version after this request (see LiveLocation.version)." })
  version!: number;

  @Field(() => PointStatus, {
    description: 'ACCEPTED, DUPLICATE or LATE; a rejection is the error LOCATION_IMPLAUSIBLE.',
  })
  status!: Status;

  @Field(() => Int, {
    description: 'Milliseconds until the phone should send again; more while it stands still.',
  })
  nextUpdateMs!: number;

  @Field(() => Int, { description: 'Metres from the newest stored fix to home, great circle.' })
  distanceMeters!: number;

  @Field(() => Boolean, {
    description:
      'Whether markArrived would succeed now: the newest stored fix is within the setting ARRIVAL_RADIUS_METERS of home, and no position of the last minutes contradicts it.',
  })
  canMarkArrived!: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'The result of one fix of a batch.' })
export class PointResult {
  @Field(() => Int, { description: 'Its place in the batch as sent, from 0.' })
  index!: number;

  @Field(() => PointStatus)
  status!: Status;

  @Field(() => PointRejection, { nullable: true, description: 'Only with REJECTED.' })
  rejection!: Rejection | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The result of a batch of fixes. Drop all of them: each was applied or never will be.',
})
export class LocationBatchUpdate {
  @Field(() => ID)
  sessionId!: string;

  @Field(() => Int, { description: "The journey's version after this request; a batch counts once." })
  version!: number;

  @Cost({ maxItems: MAX_BATCH })
  @Field(() => [PointResult], { description: 'One for each fix, in the order sent.' })
  results!: PointResult[];

  @Field(() => Int, { description: 'Milliseconds until the phone should send again.' })
  nextUpdateMs!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Metres from the newest stored fix to home; null when none was accepted yet.',
  })
  distanceMeters!: number | null;

  @Field(() => Boolean, {
    description:
      'Whether markArrived would succeed now: the newest stored fix is within the setting ARRIVAL_RADIUS_METERS of home, and no position of the last minutes contradicts it.',
  })
  canMarkArrived!: boolean;
}
