import { Field, ID, ObjectType } from 'type-graphql';

import type { SessionStatus as Status } from '../../domain/session';
import { MAX_PAGE_SIZE } from '../../domain/sessionLists';
import { DateTime } from '../scalars';
import { Cost } from '../cost';
import { SessionStatus } from './enums';
import { GeoPoint } from './location.type';
import { PageInfo } from './pageInfo.type';

/** `liveLocation` and `lastJourney` are resolved in session.resolver.ts. */
@ObjectType({
  description: "A booked training session at the student's home, as the booking system owns it.",
})
export class Session {
  @Field(() => ID, { simple: true })
  id!: string;

  @Field(() => ID, { simple: true })
  trainerId!: string;

  @Field(() => ID, { simple: true })
  studentId!: string;

  @Field(() => SessionStatus, { simple: true })
  status!: Status;

  @Field(() => DateTime, { simple: true, description: 'When the session begins.' })
  scheduledAt!: number;

  @Field(() => GeoPoint, { simple: true, description: "Where the trainer is going: the student's home." })
  home!: GeoPoint;
}

@ObjectType({ simpleResolvers: true })
export class SessionEdge {
  @Field({ description: 'Pass it as `after` to get what follows, as `before` to get what precedes.' })
  cursor!: string;

  @Field(() => Session)
  node!: Session;
}

@ObjectType({ simpleResolvers: true, description: 'A page of sessions, ascending by scheduledAt.' })
export class SessionConnection {
  @Cost({ maxItems: MAX_PAGE_SIZE, isPage: true })
  @Field(() => [SessionEdge])
  edges!: SessionEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
