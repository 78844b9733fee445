import type { Clock } from './clock';
import type { FleetCounts } from './counts';
import type { Fix } from './gps';
import type { Random } from './random';
import { refusalOf, remedyFor, type TrainerApi } from './trainerApi';

/** The most that one batch may hold; when the phone is away longer, the oldest fixes go. */
const MOST_UNSENT = 100;
/** Until the service has told its own. */
const UPDATE_INTERVAL_MS = 5000;
const BACKOFF_MS = { first: 1000, most: 30_000 };

export interface PhoneOptions {
  readonly api: TrainerApi;
  readonly clock: Clock;
  readonly random: Random;
  readonly counts: FleetCounts;
}

/** What came of an act. WAITING: unknown or not now, ask again; REFUSED: as asked, never; LEFT: the session is over for this phone. */
export type Outcome = 'DONE' | 'WAITING' | 'REFUSED' | 'LEFT';

/** The sending half of a trainer's phone: keeps what could not be sent, and waits as long as the service asks. */
export class Phone {
  /** When to send next, from the sending before; the service tells. */
  updateIntervalMs = UPDATE_INTERVAL_MS;
  /** By the service's last answer. */
  canMarkArrived = false;
  /** Before this the service is left in peace. */
  private notBeforeMs = 0;
  private failuresInARow = 0;
  private unsent: Fix[] = [];

  constructor(private readonly options: PhoneOptions) {}

  get waitMs(): number {
    return Math.max(0, this.notBeforeMs - this.options.clock.now());
  }

  beginJourney(): void {
    this.unsent = [];
    this.canMarkArrived = false;
    this.updateIntervalMs = UPDATE_INTERVAL_MS;
  }

  record(fix: Fix): void {
    this.unsent = [...this.unsent, fix].slice(-MOST_UNSENT);
  }

  /** Sends what was recorded: one fix by itself, several as one batch in order. */
  async sendFixes(sessionId: string): Promise<Outcome> {
    const { api, clock, counts } = this.options;
    const fixes = this.unsent;
    const outcome = await this.attempt(async () => {
      const [first, ...more] = fixes;
      if (!first) return;
      const answer =
        more.length === 0
          ? await api.updateLocation(sessionId, first)
          : await api.updateLocations(sessionId, fixes, new Date(clock.now()));
      this.updateIntervalMs = answer.nextUpdateMs;
      this.canMarkArrived = answer.canMarkArrived;
      counts.fixesSent += fixes.length;
      if (more.length > 0) counts.batches += 1;
    });
    if (outcome === 'REFUSED') counts.refusedFixes += fixes.length;
    // A batch sent twice because its answer was lost does no harm: the service knows its fixes as duplicates.
    if (outcome === 'DONE' || outcome === 'REFUSED') this.unsent = [];
    return outcome;
  }

  /** Any act of the phone, its refusal turned into what to do about it. Does nothing while the service wants to be left in peace. */
  async attempt(act: () => Promise<void>): Promise<Outcome> {
    if (this.waitMs > 0) return 'WAITING';
    try {
      await act();
      this.failuresInARow = 0;
      return 'DONE';
    } catch (error) {
      const { code, retryAfterMs } = refusalOf(error);
      switch (remedyFor(code)) {
        case 'LEAVE_SESSION':
          return 'LEFT';
        case 'GO_ON':
          return 'REFUSED';
        case 'WAIT':
          this.holdOff(code, retryAfterMs);
          return 'WAITING';
      }
    }
  }

  /** As long as asked, and without being asked ever longer; with jitter, so that a fleet does not come back in one blow. */
  private holdOff(code: string, askedMs: number): void {
    const { clock, counts, random } = this.options;
    if (code === 'RATE_LIMITED' && askedMs > 0) {
      counts.rateLimited += 1;
      this.notBeforeMs = clock.now() + askedMs;
      return;
    }
    counts.outages += 1;
    const backoffMs = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** this.failuresInARow);
    this.failuresInARow += 1;
    this.notBeforeMs = clock.now() + askedMs + backoffMs * random.between(0.5, 1);
  }
}
