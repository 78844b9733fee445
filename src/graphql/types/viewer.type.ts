import { Field, ID, ObjectType } from 'type-graphql';

import type { Role as RoleName } from '../../domain/viewer';
import { Role } from './enums';

@ObjectType({ simpleResolvers: true, description: 'The caller, as the token describes it.' })
export class Viewer {
  @Field(() => ID, { description: "The token's `sub`." })
  id!: string;

  @Field(() => Role)
  role!: RoleName;
}
