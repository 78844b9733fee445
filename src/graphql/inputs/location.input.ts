import { IsOptional, Max, Min } from 'class-validator';
import { Field, Float, InputType } from 'type-graphql';

import type { Fix } from '../../domain/location';
import { DateTime } from '../scalars';

/** Fixes in one call of updateLocations. */
export const MAX_BATCH = 100;

/** What the argument means, where an operation has it. */
export const SENT_AT =
  "The phone's clock at sending. The smallest difference to the server's clock in this journey so far is taken for the error of the phone's clock, and cancelled in each capturedAt.";

/** The same of which device sends. */
export const DEVICE_ID =
  'Which device sends: an id of its own choice, 1 to 64 characters of A-Z, a-z, 0-9, "_", "-", "." and ":". The first one that names itself reports on the journey; others get OTHER_DEVICE_REPORTS until they call takeOverJourney. Left out: the device is not checked.';

@InputType({
  description:
    "A GPS fix. Names and units are the W3C Geolocation API's, so a phone's `coords` passes straight through. A negative accuracy, heading or speed, which some platforms send for an unknown one, means null.",
})
export class LocationInput {
  @Field(() => Float, { description: 'Degrees north, -90 to 90, WGS 84.' })
  @Min(-90)
  @Max(90)
  latitude!: number;

  @Field(() => Float, { description: 'Degrees east, -180 to 180, WGS 84.' })
  @Min(-180)
  @Max(180)
  longitude!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Metres; a fix worse than the setting MAX_ACCURACY_METERS is rejected as INACCURATE.',
  })
  @IsOptional()
  accuracy?: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees clockwise from true north, at most 360.' })
  @IsOptional()
  @Max(360)
  heading?: number | null;

  @Field(() => Float, { nullable: true, description: 'Metres per second.' })
  @IsOptional()
  speed?: number | null;

  @Field(() => Float, { nullable: true, description: 'Accepted and not kept.' })
  @IsOptional()
  altitude?: number | null;

  @Field(() => Float, { nullable: true, description: 'Accepted and not kept.' })
  @IsOptional()
  altitudeAccuracy?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the platform says that an app made this fix up; such a fix is rejected as MOCKED unless the setting ACCEPT_MOCKED_FIXES is true.',
  })
  @IsOptional()
  mocked?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "When the fix was taken, by the phone's clock; the server's now when left out. At most 2 h ago.",
  })
  @IsOptional()
  capturedAt?: Date | null;
}

/** iOS says -1 for an unknown accuracy, heading or speed. */
const knownOrNull = (value: number | null | undefined): number | null =>
  value == null || value < 0 ? null : value;

export const toFix = (input: LocationInput): Fix => ({
  latitude: input.latitude,
  longitude: input.longitude,
  accuracy: knownOrNull(input.accuracy),
  heading: knownOrNull(input.heading),
  speed: knownOrNull(input.speed),
  capturedAt: input.capturedAt?.getTime() ?? null,
  mocked: input.mocked ?? false,
});
