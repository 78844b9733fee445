import { momentOf, type Clock, type Moment } from '../connection/clock.js';
import type { EventClock } from '../connection/EventClock.js';
import { ageAt } from '../liveLocation/fixAge.js';
import { signalAt, thresholdsOf } from '../liveLocation/signalAge.js';
import type { TrackerState } from './trackerState.js';

export interface StudentSignalOptions {
  /** The device's own clock; waits go by the other one. */
  deviceClock: Clock;
  clock: EventClock;
  show: (change: Pick<TrackerState, 'acceptedFix' | 'signal'>) => void;
}

/** What the student sees of the fixes that the service accepted: it ages by itself while none is. */
export class StudentSignal {
  private cancelAgeing: () => void = () => undefined;

  constructor(private readonly options: StudentSignalOptions) {}

  onAccepted(capturedAtMs: number, at: Moment): void {
    this.update({ ageMs: Math.max(0, at.wallMs - capturedAtMs), at });
  }

  cancel(): void {
    this.cancelAgeing();
  }

  private update(acceptedFix: NonNullable<TrackerState['acceptedFix']>): void {
    const { deviceClock, clock, show } = this.options;
    this.cancelAgeing();
    const ageMs = ageAt(acceptedFix, momentOf(deviceClock));
    const { signal, changesInMs } = signalAt({ capturedAt: '', ageMs, atMs: 0 }, 0, thresholdsOf());
    show({ acceptedFix, signal });
    if (changesInMs !== null) this.cancelAgeing = clock.after(changesInMs, () => this.update(acceptedFix));
  }
}
