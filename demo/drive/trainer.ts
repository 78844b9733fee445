import { randomUUID } from 'node:crypto';
import type { GeoPoint } from '../../src/domain/geo';
import { systemClock, type Clock } from './clock';
import type { FleetCounts } from './counts';
import { Gps } from './gps';
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
}

/** A lesson is shorter here than in life: the map is for watching drives. */
const LESSON_MS = { least: 15_000, most: 40_000 };
/** After so long at the door without being let arrive, a trainer gives up. */
const PATIENCE_SECONDS = 180;

/** One trainer, who drives from session to session until the signal aborts. */
export class Trainer {
  private readonly phone: Phone;
  private readonly clock: Clock;

  constructor(private readonly options: TrainerOptions) {
    this.clock = options.clock ?? systemClock;
    this.phone = new Phone({ ...options, clock: this.clock });
  }

  /**
   * @param headStart share of the first drive that lies behind the trainer already, 0 to 1.
   */
  async run(signal: AbortSignal, headStart = 0): Promise<void> {
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
    const { api, counts } = this.options;
    // The same through all attempts: a start whose answer was lost is not a second start.
    const clientRequestId = randomUUID();
    const outcome = await this.untilAnswered(signal, async () => {
      try {
        await api.startJourney(sessionId, clientRequestId);
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
    const { counts, random, streets } = this.options;
    const trip = planTrip(streets, assignment.home, random);
    const departedMs = this.clock.now() - headStart * trip.drive.durationSeconds * 1000;
    const gps = new Gps(random);
    this.phone.beginJourney();
    counts.underWay += 1;
    try {
      while (!signal.aborted) {
        const tickMs = this.clock.now();
        const seconds = (tickMs - departedMs) / 1000;
        this.phone.record(gps.fix(trip.drive.stateAt(seconds), tickMs));
        if (!isInTunnel(trip, seconds) && (await this.report(assignment.sessionId, trip, seconds))) return;
        await this.clock.sleep(this.pauseUntilNextTick(tickMs), signal);
      }
    } finally {
      counts.underWay -= 1;
    }
  }

  /** Tells the service where the trainer is and, at the door, that the drive is over. Whether the journey has ended. */
  private async report(sessionId: string, { drive }: Trip, seconds: number): Promise<boolean> {
    const { api, counts } = this.options;
    const sent = await this.phone.sendFixes(sessionId);
    if (sent === 'LEFT') counts.left += 1;
    if (sent !== 'DONE') return sent === 'LEFT';

    const secondsAtTheDoor = seconds - drive.durationSeconds;
    if (secondsAtTheDoor < 0) return false;
    if (this.phone.canMarkArrived) return this.end('arrived', () => api.markArrived(sessionId));
    if (secondsAtTheDoor > PATIENCE_SECONDS) return this.end('stopped', () => api.stopJourney(sessionId));
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
