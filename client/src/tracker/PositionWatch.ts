import type { EventClock } from '../connection/EventClock.js';
import {
  currentFixTimeoutMs,
  isSameSource,
  type Fix,
  type PositionProblem,
  type PositionSource,
} from './position.js';
import type { TrackingProblem } from '../generated/operations.js';

export interface PositionWatchOptions {
  position: PositionSource;
  clock: EventClock;
  onFix(fix: Fix): void;
  /** `problem` or `trackingProblem` changed. */
  onProblem(): void;
}

/** A failed watch is begun again after this, doubled each time; a silent one after each `silenceMs`. */
const restartDelayMs = { first: 5000, longest: 300_000 };
/** So long without a fix the student sees a lost signal. */
const silenceMs = 60_000;
/** An approximate location is this inexact or more; so many in a row are no cold start. */
const approximate = { accuracyMeters: 1000, fixes: 2 };
/** A request for one fix that the platform has not answered after this is asked again. */
const abandonedMs = 60_000;

/** Only what the source says can be wrong with a phone; the rest is judged by its fixes. */
const trackingProblems = [
  'PERMISSION_DENIED',
  'LOCATION_OFF',
  'PRECISE_LOCATION_OFF',
  'BATTERY_SAVER',
] as const satisfies TrackingProblem[];

/** Watches the position, begins again after a failure, and knows what is wrong when no good fix comes. */
export class PositionWatch {
  private position: PositionSource;
  private isRunning = false;
  /** Identifies the watch, so that one that was ended reports nothing more. */
  private current: object | null = null;
  private end: () => void = () => undefined;
  private sourceProblem: PositionProblem | null = null;
  private isSilent = false;
  private isMocked = false;
  private approximateFixes = 0;
  private restarts = 0;
  private cancelRestart: () => void = () => undefined;
  private cancelSilence: () => void = () => undefined;
  private asked: { fix: Promise<Fix | null>; atMs: number } | null = null;

  constructor(private readonly options: PositionWatchOptions) {
    this.position = options.position;
  }

  get problem(): PositionProblem | null {
    return this.sourceProblem;
  }

  get trackingProblem(): TrackingProblem | null {
    const named = trackingProblems.find((each) => each === this.sourceProblem);
    if (named) return named;
    if (this.isMocked) return 'MOCKED_LOCATION';
    if (this.approximateFixes >= approximate.fixes) return 'PRECISE_LOCATION_OFF';
    return this.isSilent ? 'NO_POSITION' : null;
  }

  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.restarts = 0;
    this.begin();
  }

  stop(): void {
    this.isRunning = false;
    this.endCurrent();
    this.cancelRestart();
    this.cancelSilence();
    [this.sourceProblem, this.isSilent, this.isMocked, this.approximateFixes] = [null, false, false, 0];
  }

  /** Begins a failed or silent watch again, say after a permission was granted; a working one goes on as it is. */
  restart(): void {
    if (this.isRunning && (this.sourceProblem !== null || this.isSilent)) this.begin();
  }

  /** Takes another source, also in the middle of a watch. */
  use(position: PositionSource): void {
    const isSame = isSameSource(position, this.position);
    // The newest object is kept in any case: its functions see what the app knows now.
    this.position = position;
    if (isSame) return;
    this.asked = null;
    if (this.isRunning) this.begin();
  }

  /** A fix came, by whichever way: the position is known. */
  onFix({ accuracy, mocked }: Fix): void {
    this.isMocked = mocked === true;
    const isApproximate = typeof accuracy === 'number' && accuracy >= approximate.accuracyMeters;
    this.approximateFixes = isApproximate ? this.approximateFixes + 1 : 0;
    this.sourceProblem = null;
    this.isSilent = false;
    this.restarts = 0;
    this.cancelRestart();
    if (this.isRunning) this.expectFix();
    this.options.onProblem();
  }

  /** The source gave something that is no fix. */
  onInvalidFix(): void {
    this.fail('INVALID_FIX');
  }

  /** One fresh fix if the source can give one in time. A request that the platform has not answered is shared. */
  currentFix(timeoutMs = currentFixTimeoutMs): Promise<Fix | null> {
    const { clock } = this.options;
    const nowMs = clock.monotonicNow();
    if (!this.asked || nowMs - this.asked.atMs >= abandonedMs) {
      const asked = { fix: this.ask(), atMs: nowMs };
      this.asked = asked;
      void asked.fix.then(() => {
        if (this.asked === asked) this.asked = null;
      });
    }
    let cancel: () => void = () => undefined;
    const late = new Promise<null>((resolve) => (cancel = clock.after(timeoutMs, () => resolve(null))));
    return Promise.race([this.asked.fix, late]).finally(cancel);
  }

  private async ask(): Promise<Fix | null> {
    const { position } = this;
    try {
      return (await position.current?.()) ?? null;
    } catch {
      return null;
    }
  }

  private begin(): void {
    this.endCurrent();
    this.cancelRestart();
    this.expectFix();
    const watch = {};
    this.current = watch;
    const isCurrent = (): boolean => watch === this.current;
    try {
      const end = this.position.watch(
        (fix) => isCurrent() && this.options.onFix(fix),
        (problem) => isCurrent() && this.fail(problem),
      );
      if (isCurrent()) this.end = end;
      else end();
    } catch {
      // A browser without a secure connection has no geolocation at all.
      this.fail('POSITION_UNAVAILABLE');
    }
  }

  private endCurrent(): void {
    const { end } = this;
    this.current = null;
    this.end = () => undefined;
    try {
      end();
    } catch {
      // A platform that fails to end its watch must not keep the journey from ending; what it gives is ignored.
    }
  }

  private fail(problem: PositionProblem): void {
    this.sourceProblem = problem;
    this.options.onProblem();
    // A timeout or a bad fix ends no watch: the source goes on by itself.
    if (problem === 'TIMEOUT' || problem === 'INVALID_FIX') return;
    const delayMs = Math.min(restartDelayMs.first * 2 ** this.restarts, restartDelayMs.longest);
    this.cancelRestart();
    this.cancelRestart = this.options.clock.after(delayMs, () => {
      this.restarts += 1;
      if (this.isRunning) this.begin();
    });
  }

  private expectFix(): void {
    this.cancelSilence();
    this.cancelSilence = this.options.clock.after(silenceMs, () => {
      this.isSilent = true;
      this.options.onProblem();
      // A platform that lost the watch without a word, or reports changes only, has a position for a new one.
      if (!this.sourceProblem) this.begin();
    });
  }
}
