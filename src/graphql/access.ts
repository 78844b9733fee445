import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';

import { JourneyError } from '../domain/errors';
import type { Role, Viewer } from '../domain/viewer';
import type { RequestContext } from './requestContext';

/** Which roles may call a root field. Whether the session is the caller's own is the domain's rule, and comes later. */
export interface AccessRule {
  readonly roles: readonly Role[];
  /** The beginning of the message to everyone else. */
  readonly refusal: string;
}

export const ANY_ROLE: AccessRule = {
  roles: ['TRAINER', 'STUDENT', 'OPERATOR', 'SERVICE'],
  refusal: 'Only trainers, students, operators and services may do this',
};

/** Also a guest, to whom the domain shows its share's session alone. */
export const ANY_VIEWER: AccessRule = {
  roles: [...ANY_ROLE.roles, 'GUEST'],
  refusal: ANY_ROLE.refusal,
};

/** A student passes here: the domain refuses the session's own student with FORBIDDEN, and all others with SESSION_NOT_FOUND. */
export const TRAINER_ACTION: AccessRule = {
  roles: ['TRAINER', 'STUDENT'],
  refusal: "Only the session's trainer may do this",
};

/** Participants pass for the same reason as with TRAINER_ACTION. */
export const OPERATOR_ACTION: AccessRule = {
  roles: ['TRAINER', 'STUDENT', 'OPERATOR', 'SERVICE'],
  refusal: 'Only operators and services may do this',
};

/** A trainer passes for the same reason as a student with TRAINER_ACTION. */
export const SHARER_ACTION: AccessRule = {
  roles: ANY_ROLE.roles,
  refusal: "Only the session's student, its guardians and operators may do this",
};

/** No participant passes here: the operation concerns no session of theirs, so the refusal discloses nothing. */
export const OPERATOR_ONLY: AccessRule = {
  roles: ['OPERATOR', 'SERVICE'],
  refusal: 'Only operators and services may do this',
};

/** Declares who may call a root field. The schema does not build while a root field lacks it. */
export const Access = (access: AccessRule): MethodDecorator => Extensions({ access });

/**
 * Puts the declared guard in front of every root field. A guard runs before the arguments are checked, so a caller
 * without a valid token learns nothing about its input, and it is synchronous, because a poll pays for each promise.
 *
 * @throws Error when root fields have no guard; it names them.
 */
export function guardRootFields(schema: GraphQLSchema): void {
  const unguarded: string[] = [];
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const access = field.extensions.access as AccessRule | undefined;
      if (access) guard(field as GraphQLField<unknown, RequestContext>, access);
      else unguarded.push(`${root!.name}.${field.name}`);
    }
  }
  if (unguarded.length > 0) {
    throw new Error(
      `These root fields have no guard: ${unguarded.join(', ')}. Declare who may call each with @Access.`,
    );
  }
}

function guard(field: GraphQLField<unknown, RequestContext>, access: AccessRule): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  field.resolve = (source, args, context, info): unknown => {
    requireRole(context.viewer(), access);
    return resolve(source, args, context, info);
  };
}

function requireRole(viewer: Viewer, { roles, refusal }: AccessRule): void {
  if (roles.includes(viewer.role)) return;
  throw new JourneyError('FORBIDDEN', `${refusal}; your role is ${viewer.role}.`, {});
}
