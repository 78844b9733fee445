import { afterAll, beforeAll, beforeEach } from 'vitest';

import {
  apolloTransport,
  JourneyTracker,
  WatchLocationDocument,
  memoryStorage,
  systemClock,
  type Clock,
  type JourneyTrackerOptions,
  type KeyValueStorage,
  type LiveLocation,
  type TrackerState,
} from '../../src/index.js';
import { AndroidTimers } from './AndroidTimers.js';
import { FaultyNetwork } from './FaultyNetwork.js';
import { clientOf, isInPocket, northOf, TestPosition, until } from './phone.js';
import { book, Service, type Booking } from './Service.js';

/** A device's own clock, whose wall clock the test sets. */
export class SettableClock implements Clock {
  private aheadMs = 0;

  readonly now = (): number => systemClock.now() + this.aheadMs;

  readonly monotonicNow = (): number => systemClock.monotonicNow();

  readonly after = systemClock.after;

  set(byMs: number): void {
    this.aheadMs += byMs;
  }
}

export const timesAsFast = (rate: number): Clock => ({
  now: () => Date.now() * rate,
  monotonicNow: () => systemClock.monotonicNow() * rate,
  after: (delayMs, callback) => systemClock.after(delayMs / rate, callback),
});

/** What happens every half minute happens every second. */
export const thirtyTimesAsFast = timesAsFast(30);

export interface TrainerApp {
  readonly tracker: JourneyTracker;
  /** As the system kills an app: nothing is flushed, nothing is said. */
  kill(): void;
}

interface AppOptions extends Partial<JourneyTrackerOptions> {
  token?: () => string | Promise<string>;
}

/** One trainer with a phone, the network and the service, made anew for each test. */
export class TrackerWorld {
  network!: FaultyNetwork;
  booking!: Booking;
  storage!: KeyValueStorage;
  position!: TestPosition;
  private readonly apps: TrainerApp[] = [];

  constructor(private readonly service: () => Service) {}

  async begin(): Promise<void> {
    this.network = await FaultyNetwork.to(this.service().graphqlUrl);
    this.booking = await book();
    this.storage = memoryStorage();
    this.position = new TestPosition();
  }

  async end(): Promise<void> {
    for (const app of this.apps.splice(0)) app.kill();
    await this.network.stop();
  }

  /** The trainer's app, started: with the storage of the run before, unless another one is given. */
  app({ token, ...options }: AppOptions = {}): TrainerApp {
    const { booking, network, position, storage } = this;
    const client = clientOf(network.url, token ?? booking.tokens.trainer);
    const androidTimers = new AndroidTimers(options.clock);
    // A test that brings such a clock itself says by itself what happens.
    const isWoken = isInPocket && !(options.clock instanceof AndroidTimers);
    const tracker = new JourneyTracker({
      sessionId: booking.id,
      transport: apolloTransport(client),
      position,
      storage,
      fixSpacingMs: 1,
      random: () => 0,
      ...options,
      ...(isWoken ? { clock: androidTimers } : {}),
    });
    tracker.open();
    let wakeUps: ReturnType<typeof setInterval> | undefined;
    if (isWoken) {
      (options.position instanceof TestPosition ? options.position : position).task = (fixes) =>
        void androidTimers.task(() => tracker.deliver(fixes));
      // Something happens now and then, and no timer fires with it.
      wakeUps = setInterval(() => void tracker.deliver([]), 10);
    }
    const app = {
      tracker,
      kill: () => {
        clearInterval(wakeUps);
        tracker.close();
      },
    };
    this.apps.push(app);
    return app;
  }

  async started(options: AppOptions = {}): Promise<TrainerApp> {
    const app = this.app(options);
    const result = await app.tracker.start();
    if (!result.ok) throw new Error(`The start failed: ${result.failure.code}`);
    return app;
  }

  place(meters: number): { latitude: number; longitude: number } {
    return northOf(this.booking.home, meters);
  }

  /** What the student's phone shows, by its own way to the service. */
  async poll(): Promise<LiveLocation> {
    const student = clientOf(this.service().graphqlUrl, this.booking.tokens.student);
    const variables = { sessionId: this.booking.id };
    const { data } = await student.query({
      query: WatchLocationDocument,
      variables,
      fetchPolicy: 'no-cache',
    });
    return data!.liveLocation;
  }

  offline(): void {
    this.network.fault = () => 'cut';
  }

  online(): void {
    this.network.fault = () => null;
  }
}

/** Starts the service with these settings for the file's tests, and a new world for each of them. */
export function trackerWorld(settings: Record<string, string>): TrackerWorld {
  let service: Service;
  const world = new TrackerWorld(() => service);
  beforeAll(async () => {
    service = await Service.start(settings);
  });
  beforeEach(async () => {
    await world.begin();
    return () => world.end();
  });
  afterAll(() => service?.stop());
  return world;
}

export const sees = ({ tracker }: TrainerApp, what: Partial<TrackerState>): Promise<void> =>
  until(JSON.stringify(what), () =>
    Object.entries(what).every(([name, value]) => tracker.getState()[name as keyof TrackerState] === value),
  );
