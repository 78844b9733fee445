import { Field, ID, ObjectType } from 'type-graphql';

import type { Role as RoleName } from '../../domain/viewer';
import { Role } from './enums';

@ObjectType({ simpleResolvers: true, description: 'The caller, as the token or the share describes it.' })
export class Viewer {
  @Field(() => ID, { description: "The token's `sub`; of a guest the id of its share." })
  id!: string;

  @Field(() => Role)
  role!: RoleName;
}
