import { fixOf, type Fix, type PositionProblem, type PositionSource } from '@journey/client';
import * as Location from 'expo-location';
import { locationAccess, type LocationAccess } from '../permissions';
import { trackingNotification } from '../words/trackingNotification';

/** The task's name, which the system stores: another one would leave the old task running in an updated app. */
export const locationTask = 'journey-location';

const updates: Location.LocationTaskOptions = {
  accuracy: Location.Accuracy.BestForNavigation,
  timeInterval: 2000,
  // A trainer at a red light is still on the way: without this a silent phone looks like a lost one.
  distanceInterval: 0,
  activityType: Location.ActivityType.AutomotiveNavigation,
  // On by default: iOS would pause at the first long stop and never resume in the background.
  pausesUpdatesAutomatically: false,
  showsBackgroundLocationIndicator: true,
};

const problems: Record<LocationAccess, PositionProblem | null> = {
  GRANTED: null,
  APPROXIMATE: 'PRECISE_LOCATION_OFF',
  ASK: 'PERMISSION_DENIED',
  DENIED: 'PERMISSION_DENIED',
  OFF: 'LOCATION_OFF',
};

interface Watcher {
  readonly onFix: (fix: Fix) => void;
  readonly onProblem: (problem: PositionProblem) => void;
}

/**
 * The phone's position, also with the screen off. A watch starts the updates; their fixes come to the background task,
 * which outlives the process that started them.
 */
class BackgroundLocation implements PositionSource {
  readonly id = 'expo-location';
  private watcher: Watcher | null = null;
  /** Updates are started and stopped one after the other: a stop that overtook the next start would end that one. */
  private last: Promise<void> = Promise.resolve();

  watch(onFix: Watcher['onFix'], onProblem: Watcher['onProblem']): () => void {
    const watcher = { onFix, onProblem };
    this.watcher = watcher;
    this.then(() => this.begin(watcher));
    return () => {
      if (this.watcher === watcher) this.watcher = null;
      this.then(() => this.stopUnlessWatched());
    };
  }

  async current(): Promise<Fix> {
    return fixOf(await Location.getCurrentPositionAsync({ accuracy: Location.Accuracy.BestForNavigation }));
  }

  /** Fixes of a journey that the storage does not know: it could not be written. Returns false when nobody waits for any. */
  pass(fixes: readonly Fix[]): boolean {
    if (!this.watcher) return false;
    for (const fix of fixes) this.watcher.onFix(fix);
    return true;
  }

  /** Says why positions do not come, if the user or the system took something away meanwhile. */
  async check(): Promise<void> {
    const { watcher } = this;
    const problem = watcher && problems[await locationAccess()];
    if (problem) watcher.onProblem(problem);
  }

  private then(step: () => Promise<void>): void {
    this.last = this.last.then(step).catch(() => this.watcher?.onProblem('POSITION_UNAVAILABLE'));
  }

  private async begin(watcher: Watcher): Promise<void> {
    // It is called again after a failure, so it never asks the user.
    const access = await locationAccess();
    const problem = problems[access];
    if (problem) watcher.onProblem(problem);
    if (problem && access !== 'APPROXIMATE') return;
    // In a process that was woken they run already, and Android may not start them from the background.
    if (this.watcher !== watcher || (await Location.hasStartedLocationUpdatesAsync(locationTask))) return;
    const { title, detail } = trackingNotification();
    await Location.startLocationUpdatesAsync(locationTask, {
      ...updates,
      foregroundService: { notificationTitle: title, notificationBody: detail, killServiceOnDestroy: false },
    });
  }

  private async stopUnlessWatched(): Promise<void> {
    if (this.watcher || !(await Location.hasStartedLocationUpdatesAsync(locationTask))) return;
    await Location.stopLocationUpdatesAsync(locationTask);
  }
}

export const backgroundLocation = new BackgroundLocation();
