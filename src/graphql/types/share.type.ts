import { Field, ID, ObjectType } from 'type-graphql';

import { DateTime } from '../scalars';

@ObjectType({
  simpleResolvers: true,
  description: "A link with which somebody without a login watches one session's journey.",
})
export class Share {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  sessionId!: string;

  @Field(() => DateTime)
  createdAt!: number;

  @Field(() => DateTime, {
    description:
      'When it ends: as asked for, or the setting SHARE_AFTER_END_SECONDS after the end of the journey. It ends earlier when it is revoked, when the session is cancelled, and when the session is given to another student.',
  })
  expiresAt!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A share that was just created.' })
export class NewShare {
  @Field(() => Share)
  share!: Share;

  @Field(() => String, {
    description:
      'Send it as a bearer token. It is shown once, and not stored: whoever has it watches the journey. Pass it on in the fragment of an address (`#share=…`), which browsers send to no server.',
  })
  token!: string;
}
