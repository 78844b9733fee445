import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

import type { JourneyAlert as Alert, TrackingProblem as Problem } from '../../domain/alert';
import type { Eta as EtaData, EtaSource as Source } from '../../domain/eta';
import type { JourneyState as State } from '../../domain/journey';
import type { LiveLocation as LiveLocationData } from '../../domain/liveLocation';
import type { Signal as SignalName } from '../../domain/signal';
import type { JourneyStage as Stage } from '../../domain/stage';
import type { TrailPoint as TrailPointData } from '../../domain/trail';
import { Cost } from '../cost';
import { DateTime } from '../scalars';
import { EtaSource, JourneyAlert, JourneyStage, JourneyState, Signal, TrackingProblem } from './enums';
import { Location } from './location.type';

@ObjectType({
  simpleResolvers: true,
  description:
    'When the trainer is expected. It changes only when the expectation has changed noticeably, so it may be shown as it is.',
})
export class Eta implements EtaData {
  @Field(() => DateTime, { description: 'The likeliest arrival; never earlier than a minute from now.' })
  arrivesAt!: number;

  @Field(() => DateTime, {
    description: 'The true arrival lies between this and `latestAt` in 8 of 10 journeys.',
  })
  earliestAt!: number;

  @Field(() => DateTime, {
    description: 'While the signal is LOST it grows with the time since the newest fix.',
  })
  latestAt!: number;

  @Field(() => EtaSource)
  source!: Source;

  @Field(() => DateTime, { description: 'When these values were computed.' })
  computedAt!: number;
}

@ObjectType({
  simpleResolvers: true,
  description: 'One step of the way, for drawing it and for moving a marker along it.',
})
export class TrailPoint implements TrailPointData {
  @Field(() => Int, {
    description: 'LiveLocation.version after the request that brought this fix; a batch may bring several.',
  })
  version!: number;

  @Field(() => Float, { description: 'Degrees north, -90 to 90, WGS 84.' })
  latitude!: number;

  @Field(() => Float, { description: 'Degrees east, -180 to 180, WGS 84.' })
  longitude!: number;

  @Field(() => DateTime, { description: 'As Location.capturedAt.' })
  capturedAt!: number;
}

/** `trail` is resolved in liveLocation.resolver.ts. */
@ObjectType({
  description: "What a student's screen shows of one session at one moment. Ask again after `pollAfterMs`.",
})
export class LiveLocation implements Omit<LiveLocationData, 'trail'> {
  @Field(() => ID, { simple: true })
  sessionId!: string;

  @Field(() => ID, {
    simple: true,
    nullable: true,
    description: 'The journey that the state belongs to; null while NOT_STARTED.',
  })
  journeyId!: string | null;

  @Field(() => ID, { simple: true })
  trainerId!: string;

  @Field(() => JourneyState, { simple: true })
  state!: State;

  @Field(() => Boolean, { simple: true, description: 'Whether the state is EN_ROUTE.' })
  isActive!: boolean;

  @Field(() => Int, {
    simple: true,
    description:
      'Orders the responses of one journey: 1 at the start, one more with each request that moves the marker and with the end; 0 before a journey. Never show a lower one after a higher one of the same journeyId.',
  })
  version!: number;

  @Field(() => Location, {
    simple: true,
    nullable: true,
    description:
      'The newest accepted fix; null before the first one, the setting LOCATION_TTL_SECONDS after the last one, and as soon as the journey has ended. Students do not see one within the setting HIDE_START_METERS of where the journey began, unless it is as near to their home.',
  })
  location!: Location | null;

  @Field(() => Signal, {
    simple: true,
    nullable: true,
    description: 'null when no journey is active, and before its first fix.',
  })
  signal!: SignalName | null;

  @Field(() => Int, {
    simple: true,
    nullable: true,
    description: "Metres from the location to the student's home, great circle; null without a location.",
  })
  distanceMeters!: number | null;

  @Field(() => DateTime, { simple: true, nullable: true })
  startedAt!: number | null;

  @Field(() => DateTime, { simple: true, nullable: true })
  endedAt!: number | null;

  @Field(() => Int, {
    simple: true,
    nullable: true,
    description: 'Milliseconds until the next poll; null: stop polling, nothing will change any more.',
  })
  pollAfterMs!: number | null;

  @Field(() => JourneyStage, {
    simple: true,
    nullable: true,
    description: 'How near the trainer is; null when no journey is active.',
  })
  stage!: Stage | null;

  @Field(() => Eta, {
    simple: true,
    nullable: true,
    description: 'When the trainer is expected; null when no journey is active, and without a location.',
  })
  eta!: Eta | null;

  @Cost({ maxItems: 4 })
  @Field(() => [JourneyAlert], {
    simple: true,
    description: 'What is wrong now. The end of a journey clears its alerts.',
  })
  alerts!: readonly Alert[];

  @Field(() => TrackingProblem, {
    simple: true,
    nullable: true,
    description:
      "Why the trainer's phone sends nothing, as it reported itself; null when it reported none since the newest fix.",
  })
  trackingProblem!: Problem | null;

  @Field(() => DateTime, {
    simple: true,
    nullable: true,
    description:
      'When the marker was last corrected: rejected fixes that agreed with each other proved to be right, and took over. null when it never was, and for students.',
  })
  correctedAt!: number | null;
}
