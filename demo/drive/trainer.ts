import { randomUUID } from 'node:crypto';
import type { GeoPoint } from '../../src/domain/geo';
import { systemClock, type Clock } from './clock';
import { coldStart, slowUplink, type DriveCondition } from './condition';
import type { FleetCounts } from './counts';
import { Gps, type Fix } from './gps';
import { Phone, type Outcome } from './phone';
import type { Random } from './random';
import type { Streets } from './streets';
import { refusalOf, type TrainerApi } from './trainerApi';
import { planTrip, type Trip } from './trip';

/** A session that waits for its trainer. */
export interface Assignment {
  readonly sessionId: string;
  readonly home: GeoPoint;
}

export interface TrainerOptions {
  readonly api: TrainerApi;
  readonly streets: Streets;
  readonly random: Random;
  readonly counts: FleetCounts;
  /** The trainer's next session: an arrival is final, so each drive needs a new one. Asked again when it rejects. */
  readonly nextAssignment: () => Promise<Assignment>;
  readonly clock?: Clock;
  /** Of all its drives; ORDINARY when left out. */
  readonly condition?: DriveCondition;
}

/** A lesson is shorter here than in life: the map is for watching drives. */
const LESSON_MS = { least: 15_000, most: 40_000 };
/** After so long at the door without being let arrive, a trainer gives up. */
const PATIENCE_SECONDS = 180;

/** One trainer, who drives from session to session until the signal aborts. */
export class Trainer {
  private readonly phone: Phone;
  private readonly clock: Clock;
  private readonly api: TrainerApi;
  /** Of the run. */
  private signal: AbortSignal | undefined;

  constructor(private readonly options: TrainerOptions) {
    const { api, clock = systemClock, random, condition } = options;
    this.clock = clock;
    this.api =
      condition === 'SLOW_UPLINK' ? slowUplink(api, { clock, random, signal: () => this.signal }) : api;
    this.phone = new Phone({ ...options, clock, api: this.api });
  }

  /**
   * @param headStart share of the first drive that lies behind the trainer already, 0 to 1.
   */
  async run(signal: AbortSignal, headStart = 0): Promise<void> {
    this.signal = signal;
    for (let share = headStart; !signal.aborted; share = 0) {
      let assignment: Assignment | undefined;
      await this.untilAnswered(signal, async () => {
        assignment = await this.options.nextAssignment();
      });
      if (assignment && (await this.start(assignment, signal))) await this.drive(assignment, share, signal);
      await this.clock.sleep(this.options.random.between(LESSON_MS.least, LESSON_MS.most), signal);
    }
  }

  /** Whether there is a journey to drive now. */
  private async start({ sessionId }: Assignment, signal: AbortSignal): Promise<boolean> {
    const { counts } = this.options;
    // The same through all attempts: a start whose answer was lost is not a second start.
    const clientRequestId = randomUUID();
    const outcome = await this.untilAnswered(signal, async () => {
      try {
        await this.api.startJourney(sessionId, clientRequestId);
        counts.started += 1;
      } catch (error) {
        if (refusalOf(error).code !== 'JOURNEY_ALREADY_STARTED') throw error;
        counts.resumed += 1;
      }
    });
    if (outcome === 'LEFT' || outcome === 'REFUSED') counts.left += 1;
    return outcome === 'DONE';
  }

  private async drive(assignment: Assignment, headStart: number, signal: AbortSignal): Promise<void> {
    const { counts, random, streets, condition } = this.options;
    const trip = planTrip(streets, assignment.home, random, condition);
    const departedMs = this.clock.now() - headStart * trip.drive.durationSeconds * 1000;
    const gps = new Gps(random);
    const asReceived =
      condition === 'COLD_START' ? coldStart(assignment.home, random) : (fix: Fix): Fix => fix;
    this.phone.beginJourney();
    counts.underWay += 1;
    try {
      while (!signal.aborted) {
        const tickMs = this.clock.now();
        const seconds = (tickMs - departedMs) / 1000;
        this.phone.record(asReceived(gps.fix(trip.drive.stateAt(seconds), tickMs)));
        if (!isInTunnel(trip, seconds) && (await this.report(assignment.sessionId, trip, seconds))) return;
        await this.clock.sleep(this.pauseUntilNextTick(tickMs), signal);
      }
    } finally {
      counts.underWay -= 1;
    }
  }

  /** Tells the service where the trainer is and, at the door, that the drive is over. Whether the journey has ended. */
  private async report(sessionId: string, { drive }: Trip, seconds: number): Promise<boolean> {
    const { counts } = this.options;
    const sent = await this.phone.sendFixes(sessionId);
    if (sent === 'LEFT') counts.left += 1;
    if (sent !== 'DONE') return sent === 'LEFT';

    const secondsAtTheDoor = seconds - drive.durationSeconds;
    if (secondsAtTheDoor < 0) return false;
    if (this.phone.canMarkArrived) return this.end('arrived', () => this.api.markArrived(sessionId));
    if (secondsAtTheDoor > PATIENCE_SECONDS)
      return this.end('stopped', () => this.api.stopJourney(sessionId));
    return false;
  }

  private async end(as: 'arrived' | 'stopped', act: () => Promise<void>): Promise<boolean> {
    const outcome = await this.phone.attempt(act);
    if (outcome === 'DONE') this.options.counts[as] += 1;
    if (outcome === 'LEFT') this.options.counts.left += 1;
    return outcome === 'DONE' || outcome === 'LEFT';
  }

  /** Fixes go on being taken while the service wants peace; a wait that is a little longer than a tick moves the tick. */
  private pauseUntilNextTick(tickMs: number): number {
    const { updateIntervalMs, waitMs } = this.phone;
    const pauseMs = Math.max(0, tickMs + updateIntervalMs - this.clock.now());
    return waitMs > pauseMs && waitMs < pauseMs + updateIntervalMs ? waitMs : pauseMs;
  }

  private async untilAnswered(signal: AbortSignal, act: () => Promise<void>): Promise<Outcome> {
    for (;;) {
      const outcome = await this.phone.attempt(act);
      if (outcome !== 'WAITING' || signal.aborted) return outcome;
      await this.clock.sleep(this.phone.waitMs, signal);
    }
  }
}

function isInTunnel({ tunnel }: Trip, seconds: number): boolean {
  return tunnel !== undefined && seconds >= tunnel.fromSeconds && seconds < tunnel.toSeconds;
}
