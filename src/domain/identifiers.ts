import { JourneyError } from './errors';

const ID = /^[A-Za-z0-9_\-.:]{1,64}$/;

/** Whether a text can be an id of this service. An id becomes part of a Redis key, so only these characters are allowed. */
export const isId = (text: string): boolean => ID.test(text);

/** Throws BAD_USER_INPUT for a malformed id, before it reaches any store. */
export function requireId(field: string, id: string): void {
  if (isId(id)) return;
  throw new JourneyError(
    'BAD_USER_INPUT',
    `${field} is not an id: an id is 1 to 64 characters of A-Z, a-z, 0-9, "_", "-", "." and ":".`,
    { field },
  );
}

/** A device's id is its app's own choice; null: the app does not distinguish its devices. */
export function requireDeviceId(deviceId: string | null): void {
  if (deviceId !== null) requireId('deviceId', deviceId);
}

/** Identity providers put characters such as "|" and "@" into the ids of users. */
const USER_ID = /^[!-~]{1,128}$/;
export const USER_ID_RULE = 'it is 1 to 128 printable ASCII characters without a space.';

/** Whether a text can be the id of a trainer, a student or another user. */
export const isUserId = (text: string): boolean => USER_ID.test(text);

/** Throws BAD_USER_INPUT for a text that cannot be the id of a user. */
export function requireUserId(field: string, id: string): void {
  if (isUserId(id)) return;
  throw new JourneyError('BAD_USER_INPUT', `${field} is not the id of a user: ${USER_ID_RULE}`, { field });
}
