import type { ApolloClient } from '@apollo/client';

import { JourneyTracker, type JourneyTrackerOptions } from './JourneyTracker.js';
import { apolloTransport } from './transport.js';

export interface TrackerForOptions extends Omit<JourneyTrackerOptions, 'transport'> {
  client: ApolloClient;
}

/**
 * An app may load this package twice (as CommonJS and as ES modules), and each copy must find the same trackers; so they
 * are kept on the client, under a name that both know.
 */
const trackersKey = Symbol.for('@journey/client trackers');

type Trackers = Map<string, JourneyTracker>;

function trackersOf(client: ApolloClient): Trackers {
  const holder = client as ApolloClient & { [trackersKey]?: Trackers };
  return (holder[trackersKey] ??= new Map<string, JourneyTracker>());
}

/** The tracker of a session, not opened yet when it is new. The first options of a session are kept. */
export function findTracker({ client, ...options }: TrackerForOptions): JourneyTracker {
  const trackers = trackersOf(client);
  const found = trackers.get(options.sessionId);
  if (found) return found;
  const tracker = new JourneyTracker({ ...options, transport: apolloTransport(client) });
  trackers.set(options.sessionId, tracker);
  return tracker;
}

/**
 * The one tracker of a session in this process (for one client), open. It outlives components: a background task and a
 * screen drive the same journey, whichever comes first. The first options of a session are kept.
 */
export function trackerFor(options: TrackerForOptions): JourneyTracker {
  const tracker = findTracker(options);
  tracker.open();
  return tracker;
}

/**
 * Closes all trackers of a client, say when its user signs out and the screens are gone. What was not sent stays in the
 * storage.
 */
export function closeTrackers(client: ApolloClient): void {
  for (const tracker of trackersOf(client).values()) tracker.close();
}
