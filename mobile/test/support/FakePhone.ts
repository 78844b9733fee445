import type { LocationObject, LocationTaskOptions } from 'expo-location';
import type { TaskManagerTaskExecutor } from 'expo-task-manager';
import { AndroidTimers } from '../../../client/test/support/AndroidTimers';

/** One run of the app. What is left of a killed one does nothing any more. */
export interface AppProcess {
  alive: boolean;
  readonly tasks: Map<string, TaskManagerTaskExecutor<unknown>>;
  readonly appStateListeners: Set<(state: string) => void>;
  /** What cancels each of its timers that has not fired. */
  readonly timers: Set<() => void>;
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/**
 * Called out of `this`: the timers of the system itself, which the app does not have while the phone is in a pocket. */
const { setTimeout: systemTimeout, clearTimeout: clearSystemTimeout } = globalThis;

/** A phone with Android: what its system does for an app, whose code runs as it is. */
export class FakePhone {
  /** Survive the app's end, as on a phone. */
  readonly stored = new Map<string, string>();
  readonly secrets = new Map<string, string>();
  locationTask: { name: string; options: LocationTaskOptions } | null = null;

  permission: { granted: boolean; canAskAgain: boolean; accuracy: 'fine' | 'coarse' } = {
    granted: true,
    canAskAgain: true,
    accuracy: 'fine',
  };
  /** What the user answers when the system asks. */
  answer: 'ALLOW' | 'DENY' | 'DENY_FOR_GOOD' = 'ALLOW';
  servicesEnabled = true;
  /** Since it was switched on: before, its key chain is closed. */
  wasUnlocked = true;
  here: Place | null = null;
  language = 'en-GB';

  readonly asked: string[] = [];
  settingsOpened = 0;
  /** The system's other screens that were opened. */
  readonly intents: string[] = [];
  /** What was handed to the share sheet. */
  readonly shared: string[] = [];
  /** How often a watch of positions was begun anew. */
  updatesStarted = 0;
  /** Requests of the app that have no answer yet. */
  requestsInFlight = 0;

  process = newProcess();
  private timers = new AndroidTimers(systemClock);
  private toBack: (() => void) | null = null;

  get isInFront(): boolean {
    return this.toBack !== null;
  }

  /** The app's screen is on: its timers fire. */
  show(): void {
    if (this.toBack) return;
    void this.timers.task(() => new Promise<void>((resolve) => (this.toBack = resolve)));
    this.reportAppState('active');
  }

  /** The screen is off, and no timer fires outside a background task. */
  pocket(): void {
    this.toBack?.();
    this.toBack = null;
    this.reportAppState('background');
  }

  /** As the system does it: nothing is said, nothing is finished. The location task stays registered. */
  kill(): void {
    this.process.alive = false;
    // A timer that is left would keep the test runner from ending.
    for (const cancel of this.process.timers) cancel();
    this.toBack?.();
    this.toBack = null;
    this.process = newProcess();
    this.timers = new AndroidTimers(systemClock);
  }

  /** A fix for the location task, if it is registered; settles when the app's task has. */
  async drive(place: Place, fix: Partial<LocationObject['coords']> = {}): Promise<void> {
    this.here = place;
    const executor = this.locationTask && this.process.tasks.get(this.locationTask.name);
    if (!executor) return;
    const data = { locations: [locationAt(place, fix)] };
    await this.timers.task(async () => void (await executor(taskBody(data, null))));
  }

  /** The system says that it gives no positions any more. */
  async failTask(): Promise<void> {
    const executor = this.process.tasks.get(this.locationTask!.name)!;
    const error = { code: 0, message: 'The location is not available.' };
    await this.timers.task(async () => void (await executor(taskBody({ locations: [] }, error))));
  }

  /** Puts this phone's timers into the place of the platform's. */
  installTimers(): void {
    const after = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): Timer => {
      const { timers } = this.process;
      const cancelTimer = this.timers.after(delayMs, () => {
        timers.delete(cancel);
        callback(...args);
      });
      const cancel = (): void => {
        timers.delete(cancel);
        cancelTimer();
      };
      timers.add(cancel);
      return { cancel };
    };
    const every = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): Timer => {
      const timer: Timer = { cancel: () => undefined };
      const again = (): void => {
        timer.cancel = after(() => {
          again();
          callback(...args);
        }, delayMs).cancel;
      };
      again();
      return timer;
    };
    const clear = (timer: unknown): void =>
      isTimer(timer) ? timer.cancel() : clearSystemTimeout(timer as never);
    Object.assign(globalThis, {
      setTimeout: after,
      setInterval: every,
      clearTimeout: clear,
      clearInterval: clear,
    });
  }

  private reportAppState(state: string): void {
    for (const listener of this.process.appStateListeners) listener(state);
  }
}

interface Timer {
  cancel: () => void;
}

const isTimer = (value: unknown): value is Timer =>
  typeof value === 'object' && value !== null && 'cancel' in value;

const newProcess = (): AppProcess => ({
  alive: true,
  tasks: new Map(),
  appStateListeners: new Set(),
  timers: new Set(),
});

const systemClock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  after: (delayMs: number, callback: () => void) => {
    const timer = systemTimeout(callback, delayMs);
    return () => clearSystemTimeout(timer);
  },
};

const taskBody = (data: unknown, error: unknown) =>
  ({ data, error, executionInfo: { eventId: '1', taskName: 'journey-location' } }) as never;

export const locationAt = (
  { latitude, longitude }: Place,
  fix: Partial<LocationObject['coords']> = {},
): LocationObject => ({
  coords: {
    latitude,
    longitude,
    accuracy: 5,
    altitude: null,
    altitudeAccuracy: null,
    heading: null,
    speed: null,
    ...fix,
  },
  timestamp: Date.now(),
});

/** Waits by the system's time, which passes in a pocket too. */
export const systemPause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => systemTimeout(resolve, durationMs));

/** The one of this test file; modules of the app are loaded anew with each run of it, and this is not. */
export function phone(): FakePhone {
  return (globalThis as { fakePhone?: FakePhone }).fakePhone!;
}

export function newPhone(): FakePhone {
  const made = new FakePhone();
  Object.assign(globalThis, { fakePhone: made });
  return made;
}
