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

/** A device's id is its app's own choice; null: the app does not tell its devices apart. */
export function requireDeviceId(deviceId: string | null): void {
  if (deviceId !== null) requireId('deviceId', deviceId);
}
