import { Field, Float, ObjectType } from 'type-graphql';

import type { GeoPoint as GeoPointData } from '../../domain/geo';
import type { StoredFix } from '../../domain/location';
import { DateTime } from '../scalars';

@ObjectType({ simpleResolvers: true, description: 'A place on earth, WGS 84.' })
export class GeoPoint implements GeoPointData {
  @Field(() => Float, { description: 'Degrees north, -90 to 90.' })
  latitude!: number;

  @Field(() => Float, { description: 'Degrees east, -180 to 180.' })
  longitude!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: "A trainer's accepted GPS fix. Names and units are the W3C Geolocation API's `coords`.",
})
export class Location implements StoredFix {
  @Field(() => Float, { description: 'Degrees north, -90 to 90, WGS 84.' })
  latitude!: number;

  @Field(() => Float, { description: 'Degrees east, -180 to 180, WGS 84.' })
  longitude!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Metres: radius of the circle that holds the true place with 95 % confidence.',
  })
  accuracy!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Degrees clockwise from true north, 0 to 360; null when the phone stood still.',
  })
  heading!: number | null;

  @Field(() => Float, { nullable: true, description: 'Metres per second.' })
  speed!: number | null;

  @Field(() => DateTime, {
    description: "When the phone took the fix, corrected for its clock; never ahead of the server's.",
  })
  capturedAt!: number;

  @Field(() => DateTime, { description: 'When the server accepted it.' })
  receivedAt!: number;
}
