import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { JourneyState as State } from '../../domain/journey';
import type { LiveLocation as LiveLocationData } from '../../domain/liveLocation';
import type { Signal as SignalName } from '../../domain/signal';
import { DateTime } from '../scalars';
import { JourneyState, Signal } from './enums';
import { Location } from './location.type';

@ObjectType({
  simpleResolvers: true,
  description: "What a student's screen shows of one session at one moment. Ask again after `pollAfterMs`.",
})
export class LiveLocation implements LiveLocationData {
  @Field(() => ID)
  sessionId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The journey that the state belongs to; null while NOT_STARTED.',
  })
  journeyId!: string | null;

  @Field(() => ID)
  trainerId!: string;

  @Field(() => JourneyState)
  state!: State;

  @Field(() => Boolean, { description: 'Whether the state is EN_ROUTE.' })
  isActive!: boolean;

  @Field(() => Int, {
    description:
      'Orders the responses of one journey: 1 at the start, one more with each request that moves the marker and with the end; 0 before a journey. Never show a lower one after a higher one of the same journeyId.',
  })
  version!: number;

  @Field(() => Location, {
    nullable: true,
    description:
      'The newest accepted fix; null before the first one, the setting LOCATION_TTL_SECONDS after the last one, and as soon as the journey has ended.',
  })
  location!: Location | null;

  @Field(() => Signal, {
    nullable: true,
    description: 'null when no journey is active, and before its first fix.',
  })
  signal!: SignalName | null;

  @Field(() => Int, {
    nullable: true,
    description: "Metres from the location to the student's home, great circle.",
  })
  distanceMeters!: number | null;

  @Field(() => DateTime, { nullable: true })
  startedAt!: number | null;

  @Field(() => DateTime, { nullable: true })
  endedAt!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Milliseconds until the next poll; null: stop polling, nothing will change any more.',
  })
  pollAfterMs!: number | null;
}
