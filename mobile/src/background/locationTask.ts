import { activeSession, fixOf, trackerFor } from '@journey/client';
import * as Location from 'expo-location';
import * as TaskManager from 'expo-task-manager';
import { journeyClient } from '../session';
import { storage } from '../storage';
import { backgroundLocation, locationTask } from './backgroundLocation';

interface Locations {
  readonly locations: Location.LocationObject[];
}

/** What the system calls with each few fixes, in a process that it may have started for this alone. */
TaskManager.defineTask<Locations>(locationTask, async ({ data, error }) => {
  if (error) return backgroundLocation.check();
  const fixes = data.locations.map(fixOf);
  const active = await activeSession(storage);
  if (active) {
    const { sessionId } = active;
    const tracker = trackerFor({ sessionId, client: journeyClient, position: backgroundLocation, storage });
    return tracker.deliver(fixes);
  }
  // A journey that ended while this process did not run: nothing is to be shared any more.
  if (!backgroundLocation.pass(fixes)) await Location.stopLocationUpdatesAsync(locationTask);
});
