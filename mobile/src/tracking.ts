import { activeSession, trackerFor } from '@journey/client';
import { position } from './position';
import { journeyClient } from './session';
import { storage } from './storage';

/** What every tracker of this app is made of. */
export const trackerParts = { client: journeyClient, position, storage };

/**
 * Goes on with the journey that an earlier run of the app left, whichever screen is shown: after the system killed the
 * app, or the phone was switched off.
 */
export async function resumeTracking(): Promise<void> {
  const active = await activeSession(storage);
  if (active) trackerFor({ ...trackerParts, sessionId: active.sessionId });
}
