import { IsOptional, Max, Min } from 'class-validator';
import { Field, Float, InputType } from 'type-graphql';

import type { Fix } from '../../domain/location';
import { DateTime } from '../scalars';

/** Fixes in one call of updateLocations. */
export const MAX_BATCH = 100;

@InputType({
  description:
    "A GPS fix. Names and units are the W3C Geolocation API's, so a phone's `coords` passes straight through.",
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
    description:
      'Metres, 0 or more; a fix worse than the setting MAX_ACCURACY_METERS is rejected as INACCURATE.',
  })
  @IsOptional()
  @Min(0)
  accuracy?: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees clockwise from true north, 0 to 360.' })
  @IsOptional()
  @Min(0)
  @Max(360)
  heading?: number | null;

  @Field(() => Float, { nullable: true, description: 'Metres per second, 0 or more.' })
  @IsOptional()
  @Min(0)
  speed?: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      "When the fix was taken, by the phone's clock; the server's now when left out. At most 2 h ago.",
  })
  @IsOptional()
  capturedAt?: Date | null;
}

export const toFix = (input: LocationInput): Fix => ({
  latitude: input.latitude,
  longitude: input.longitude,
  accuracy: input.accuracy ?? null,
  heading: input.heading ?? null,
  speed: input.speed ?? null,
  capturedAt: input.capturedAt?.getTime() ?? null,
});
