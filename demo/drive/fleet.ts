import { setMaxListeners } from 'node:events';
import { systemClock, type Clock, type JourneyTransport } from '../../client/src/core';
import { sleep } from './clock';
import type { DriveCondition } from './condition';
import { noCounts, type FleetCounts } from './counts';
import { createRandom } from './random';
import type { Streets } from './streets';
import { Trainer, type Assignment } from './trainer';

export interface FleetMember {
  readonly trainerId: string;
  readonly transport: JourneyTransport;
  readonly nextAssignment: () => Promise<Assignment>;
  /** ORDINARY when left out. */
  readonly condition?: DriveCondition;
}

export interface FleetOptions {
  readonly members: readonly FleetMember[];
  readonly streets: Streets;
  /** The same seed gives the same drives. */
  readonly seed: string | number;
  readonly clock?: Clock;
}

/** The trainers set out within this time, evenly: they do not all send in the same instant of each interval. */
const SPREAD_MS = 5000;
/** How much of its first drive a trainer may have behind it, so that a map shows all stages at once. */
const MAX_HEAD_START = 0.8;

/** Many trainers at once, each on its own. */
export class Fleet {
  private readonly totals: FleetCounts;
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FleetOptions) {
    this.totals = noCounts(options.members.length);
  }

  /** Settles when all trainers have ended; rejects when one of them failed by a fault of its own, which no outage is. */
  start(signal?: AbortSignal): Promise<void> {
    const until = AbortSignal.any([this.stopping.signal, ...(signal ? [signal] : [])]);
    const { members } = this.options;
    // Each trainer has its tracker, itself and its uplink listen; Node takes more than ten for a leak.
    setMaxListeners(3 * members.length + 1, until);
    const drives = members.map((member, index) =>
      this.runMember(member, (index / members.length) * SPREAD_MS, until),
    );
    this.running = Promise.allSettled(drives);
    return Promise.all(drives).then(() => undefined);
  }

  /** Resolves when nobody drives any more: after the requests in flight. Journeys are not stopped. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  counts(): Readonly<FleetCounts> {
    return { ...this.totals };
  }

  private async runMember(member: FleetMember, delayMs: number, signal: AbortSignal): Promise<void> {
    const { streets, seed, clock = systemClock } = this.options;
    const random = createRandom(`${seed}/${member.trainerId}`);
    const headStart = random.between(0, MAX_HEAD_START);
    const { transport, nextAssignment, condition } = member;
    const trainer = new Trainer({
      transport,
      nextAssignment,
      condition,
      streets,
      clock,
      random,
      counts: this.totals,
    });
    await sleep(clock, delayMs, signal);
    await trainer.run(signal, headStart);
  }
}
