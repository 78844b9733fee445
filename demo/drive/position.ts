import type { Clock, Fix, PositionSource } from '../../client/src/core';
import { coldStart } from './condition';
import type { DriveCondition } from './condition';
import { Gps } from './gps';
import type { Random } from './random';
import type { Trip } from './trip';
import type { GeoPoint } from '../../src/domain/geo';

export interface SimulatedPositionOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly trip: Trip;
  readonly home: GeoPoint;
  readonly condition: DriveCondition;
  /** Share of the drive that lies behind the trainer already, 0 to 1. */
  readonly headStart: number;
}

/** The spacing at which the tracker keeps fixes: it would replace those between. */
const FIX_INTERVAL_MS = 5000;

/** What the receiver of a phone gives on a trip, which begins with the first watch. */
export class SimulatedPosition implements PositionSource {
  private readonly gps: Gps;
  private readonly asReceived: ReturnType<typeof coldStart>;
  private departedMs: number | undefined;
  private last: Fix | undefined;

  constructor(private readonly options: SimulatedPositionOptions) {
    const { condition, home, random } = options;
    this.gps = new Gps(random);
    this.asReceived = condition === 'COLD_START' ? coldStart(home, random) : (fix) => fix;
  }

  /** Seconds since the departure; negative before it. */
  get secondsSinceDeparture(): number {
    return this.departedMs === undefined ? -1 : (this.options.clock.now() - this.departedMs) / 1000;
  }

  /** The phone gets positions there, but finds no network. */
  get isInTunnel(): boolean {
    const { tunnel } = this.options.trip;
    const seconds = this.secondsSinceDeparture;
    return tunnel !== undefined && seconds >= tunnel.fromSeconds && seconds < tunnel.toSeconds;
  }

  watch(onFix: (fix: Fix) => void): () => void {
    const { clock, headStart, trip } = this.options;
    this.departedMs ??= clock.now() - headStart * trip.drive.durationSeconds * 1000;
    let cancel: () => void;
    const expectNext = (): void => {
      cancel = clock.after(FIX_INTERVAL_MS, () => {
        expectNext();
        onFix(this.fix());
      });
    };
    expectNext();
    return () => cancel();
  }

  current(): Promise<Fix> {
    return Promise.resolve(this.fix());
  }

  /** One receiver has one position at a moment. */
  private fix(): Fix {
    const { clock, trip } = this.options;
    const nowMs = clock.now();
    if (this.last?.capturedAtMs === nowMs) return this.last;
    const { capturedAt, ...place } = this.asReceived(
      this.gps.fix(trip.drive.stateAt(Math.max(0, this.secondsSinceDeparture)), nowMs),
    );
    return (this.last = { ...place, capturedAtMs: capturedAt.getTime() });
  }
}
