import { Field, ID, InputType } from 'type-graphql';

import type { RequestedSessions } from '../../domain/sessionLists';
import type { SessionStatus as Status } from '../../domain/session';
import { DateTime } from '../scalars';
import { SessionStatus } from '../types/enums';

@InputType({
  description:
    'Which of the sessions that the viewer may see; each field restricts them further. Sessions of somebody whom the viewer may not see are no error: they are none.',
})
export class SessionFilter {
  @Field(() => DateTime, { nullable: true, description: 'The earliest scheduledAt, inclusive.' })
  scheduledFrom?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The latest scheduledAt, exclusive.' })
  scheduledTo?: Date | null;

  @Field(() => [SessionStatus], { nullable: true, description: 'Any of these; an empty list: none.' })
  statuses?: Status[] | null;

  @Field(() => ID, { nullable: true })
  trainerId?: string | null;

  @Field(() => ID, { nullable: true })
  studentId?: string | null;
}

export const toRequestedSessions = ({
  scheduledFrom,
  scheduledTo,
  ...filter
}: SessionFilter): RequestedSessions => ({
  ...filter,
  scheduledFrom: scheduledFrom?.getTime() ?? null,
  scheduledTo: scheduledTo?.getTime() ?? null,
});
