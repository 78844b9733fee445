import {
  JourneyTracker,
  kindOf,
  memoryStorage,
  systemClock,
  type Clock,
  type JourneyTransport,
} from '../../client/src/core';
import { failure, FailureError } from '../../client/src/connection/failure';
import type { GeoPoint } from '../../src/domain/geo';
import { sleep } from './clock';
import { uplinkDelayMs, type DriveCondition } from './condition';
import type { FleetCounts } from './counts';
import { SimulatedPosition } from './position';
import type { Random } from './random';
import type { Streets } from './streets';
import { planTrip } from './trip';
import { uplink } from './uplink';

/** A session that waits for its trainer. */
export interface Assignment {
  readonly sessionId: string;
  readonly home: GeoPoint;
}

export interface TrainerOptions {
  readonly transport: JourneyTransport;
  readonly streets: Streets;
  readonly random: Random;
  readonly counts: FleetCounts;
  /** The trainer's next session: an arrival is final, so each drive needs a new one. Asked again when it rejects. */
  readonly nextAssignment: () => Promise<Assignment>;
  readonly clock?: Clock;
  /** Of all its drives; ORDINARY when left out. */
  readonly condition?: DriveCondition;
}

interface Phone {
  readonly tracker: JourneyTracker;
  readonly position: SimulatedPosition;
  /** Seconds from the departure to the door. */
  readonly durationSeconds: number;
}

/** A lesson is shorter here than in life: the map is for watching drives. */
const LESSON_MS = { min: 15_000, max: 40_000 };
/** After so long at the door without being let arrive, a trainer gives up. */
const MAX_WAIT_SECONDS = 180;
/** A trainer who could not begin tries again after this. */
const RETRY_MS = { min: 5000, max: 15_000 };
/** The door is looked for this often while the phone reports nothing new. */
const LOOK_MS = 5000;

/** One trainer, who drives from session to session until the signal aborts, with the app's own tracker on the phone. */
export class Trainer {
  private readonly clock: Clock;

  constructor(private readonly options: TrainerOptions) {
    this.clock = options.clock ?? systemClock;
  }

  /**
   * @param headStart share of the first drive that lies behind the trainer already, 0 to 1.
   */
  async run(signal: AbortSignal, headStart = 0): Promise<void> {
    const { counts, random } = this.options;
    for (let share = headStart; !signal.aborted; share = 0) {
      const assignment = await this.assignment(signal);
      if (!assignment) return;
      const phone = this.phone(assignment, share, signal);
      const { tracker } = phone;
      tracker.open();
      const close = (): void => tracker.close();
      signal.addEventListener('abort', close);
      try {
        if (await this.start(tracker, signal)) await this.drive(phone, signal);
        else if (!signal.aborted) counts.left += 1;
      } finally {
        signal.removeEventListener('abort', close);
        close();
      }
      await sleep(this.clock, random.between(LESSON_MS.min, LESSON_MS.max), signal);
    }
  }

  private async assignment(signal: AbortSignal): Promise<Assignment | undefined> {
    while (!signal.aborted) {
      try {
        return await this.options.nextAssignment();
      } catch {
        this.options.counts.outages += 1;
        await this.pause(signal);
      }
    }
    return undefined;
  }

  private phone({ sessionId, home }: Assignment, headStart: number, signal: AbortSignal): Phone {
    const { clock } = this;
    const { condition = 'ORDINARY', counts, random, streets, transport } = this.options;
    const trip = planTrip(streets, home, random, condition);
    const position = new SimulatedPosition({ clock, random, trip, home, condition, headStart });
    const pass = async (): Promise<void> => {
      if (condition === 'SLOW_UPLINK') await sleep(clock, uplinkDelayMs(random), signal);
      if (position.isInTunnel) throw new FailureError(failure('NETWORK', 'No network in the tunnel.'));
    };
    const tracker = new JourneyTracker({
      sessionId,
      position,
      transport: uplink({ transport, counts, pass }),
      storage: memoryStorage(),
      clock,
      random: () => random.next(),
    });
    return { tracker, position, durationSeconds: trip.drive.durationSeconds };
  }

  /** Whether there is a journey to drive now. A start without an answer is tried again as the same request. */
  private async start(tracker: JourneyTracker, signal: AbortSignal): Promise<boolean> {
    const { counts } = this.options;
    while (!signal.aborted) {
      const result = await tracker.start();
      if (result.ok && tracker.getState().sending !== 'TAKEN_OVER') {
        counts.started += 1;
        return true;
      }
      const resumed = result.ok ? await tracker.takeOver() : result;
      if (resumed.ok) {
        counts.resumed += 1;
        return true;
      }
      const kind = kindOf(resumed.failure);
      if (kind === 'GONE' || kind === 'REFUSED') return false;
      await this.pause(signal);
    }
    return false;
  }

  private async drive({ tracker, position, durationSeconds }: Phone, signal: AbortSignal): Promise<void> {
    const { counts } = this.options;
    counts.active += 1;
    try {
      while (!signal.aborted && tracker.getState().phase !== 'ENDED') {
        const { canMarkArrived, phase } = tracker.getState();
        const secondsAtTheDoor = position.secondsSinceDeparture - durationSeconds;
        const change = this.changeOf(tracker, signal);
        if (phase === 'EN_ROUTE' && secondsAtTheDoor >= 0) {
          if (canMarkArrived) await tracker.arrive();
          else if (secondsAtTheDoor > MAX_WAIT_SECONDS) await tracker.stop();
        }
        await change;
      }
    } finally {
      counts.active -= 1;
    }
    if (!signal.aborted) this.countEnd(tracker);
  }

  private countEnd(tracker: JourneyTracker): void {
    const { counts } = this.options;
    const { outcome } = tracker.getState();
    if (outcome === 'ARRIVED') counts.arrived += 1;
    else if (outcome === 'STOPPED') counts.stopped += 1;
    else counts.left += 1;
  }

  /** Settles with the next change of the tracker's state, and after a while without one. */
  private changeOf(tracker: JourneyTracker, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        unsubscribe();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = this.clock.after(LOOK_MS, end);
      const unsubscribe = tracker.subscribe(end);
      signal.addEventListener('abort', end);
    });
  }

  private pause(signal: AbortSignal): Promise<void> {
    return sleep(this.clock, this.options.random.between(RETRY_MS.min, RETRY_MS.max), signal);
  }
}
