import { Field, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is something after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there is something before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The first cursor of this page; null for an empty one.',
  })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The last cursor of this page; null for an empty one.',
  })
  endCursor!: string | null;
}
