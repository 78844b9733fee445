import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { JourneyState as State } from '../../domain/journey';
import { MAX_PAGE_SIZE } from '../../domain/sessionLists';
import { Cost } from '../cost';
import { DateTime } from '../scalars';
import { JourneyState } from './enums';
import { PageInfo } from './pageInfo.type';

@ObjectType({
  simpleResolvers: true,
  description: 'What a journey was like, without a place. Kept with the durable record.',
})
export class JourneySummary {
  @Field(() => Int, { description: 'From startedAt to endedAt.' })
  durationSeconds!: number;

  @Field(() => Int, {
    description: 'Along the accepted fixes, metres; the jitter of a phone that stands does not count.',
  })
  drivenMeters!: number;

  @Field(() => Int, { description: 'In which no fix of the last minute was known.' })
  signalLostSeconds!: number;

  @Field(() => Int, { description: 'How many fixes were rejected.' })
  rejectedFixes!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Of the arrival against scheduledAt; negative: early; null unless ARRIVED.',
  })
  lateSeconds!: number | null;
}

/** `session` is resolved in journey.resolver.ts. */
@ObjectType({ description: "One trip of a trainer to a session's home." })
export class Journey {
  @Field(() => ID, { simple: true })
  id!: string;

  @Field(() => ID, { simple: true })
  sessionId!: string;

  @Field(() => ID, { simple: true })
  trainerId!: string;

  @Field(() => ID, { simple: true })
  studentId!: string;

  @Field(() => JourneyState, { simple: true })
  state!: State;

  @Field(() => DateTime, { simple: true, description: "By the server's clock." })
  startedAt!: number;

  @Field(() => DateTime, {
    simple: true,
    description:
      'startedAt plus the setting JOURNEY_TTL_SECONDS: then the journey ends as EXPIRED. Updates never move it.',
  })
  expiresAt!: number;

  @Field(() => DateTime, { simple: true, nullable: true, description: 'null while EN_ROUTE.' })
  endedAt!: number | null;

  @Field(() => JourneySummary, {
    simple: true,
    nullable: true,
    description: 'null while EN_ROUTE, and where nothing was counted.',
  })
  summary?: JourneySummary | null;
}

@ObjectType({ simpleResolvers: true })
export class JourneyEdge {
  @Field({ description: 'Pass it as `after` to get what follows.' })
  cursor!: string;

  @Field(() => Journey)
  node!: Journey;
}

@ObjectType({ simpleResolvers: true, description: 'A page of journeys.' })
export class JourneyConnection {
  @Cost({ maxItems: MAX_PAGE_SIZE, isPage: true })
  @Field(() => [JourneyEdge])
  edges!: JourneyEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
