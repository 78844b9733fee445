import type { AbortSignalLike } from '../connection/abort.js';
import { momentOf } from '../connection/clock.js';
import { PolledWatch, type PolledState, type PolledWatchOptions } from '../connection/PolledWatch.js';
import { WatchLocationDocument, type Signal, type WatchLocationQuery } from '../generated/operations.js';
import { emptySnapshot, SessionState, type SessionSnapshot } from './SessionState.js';
import { thresholdsOf, type SignalThresholds } from './signalAge.js';
import { Trail, type TrailPoint } from './Trail.js';

export interface LiveLocationState extends SessionSnapshot, PolledState {
  /** The way of the active journey so far, oldest first; empty once it ended. */
  readonly trail: readonly TrailPoint[];
  /** What to show the user; null: nothing to show (no fix yet, or no active journey). */
  readonly freshness: Signal | 'OFFLINE' | null;
  /** This device's wall clock. */
  readonly lastAnswerAtMs: number | null;
}

export interface LiveLocationWatchOptions extends PolledWatchOptions, Partial<SignalThresholds> {
  sessionId: string;
}

interface Answer {
  readonly liveLocation: WatchLocationQuery['liveLocation'];
  /** What of its trail was known when it was asked for. */
  readonly askedAfter: number;
}

/** One session as its student sees it: what `useLiveLocation` shows, without React. */
export class LiveLocationWatch extends PolledWatch<LiveLocationState, Answer> {
  private readonly trail = new Trail();
  private readonly session: SessionState;
  private readonly sessionId: string;

  constructor({ sessionId, signalLiveMs, signalDelayedMs, ...options }: LiveLocationWatchOptions) {
    super({ ...emptySnapshot, trail: [], freshness: null, lastAnswerAtMs: null }, options);
    this.sessionId = sessionId;
    this.session = new SessionState(thresholdsOf({ signalLiveMs, signalDelayedMs }));
  }

  protected async ask(signal: AbortSignalLike): Promise<Answer> {
    const { sessionId } = this;
    const askedAfter = this.trail.afterVersion;
    const variables = { sessionId, afterVersion: askedAfter };
    const liveLocation = await this.send(WatchLocationDocument, variables, signal);
    return { liveLocation, askedAfter };
  }

  protected onAnswer({ liveLocation, askedAfter }: Answer): number | null {
    const moment = momentOf(this.clock);
    const intervalMs = this.session.update(liveLocation, moment, this.elapsed.monotonicNow());
    this.trail.update(this.session.liveLocation ?? liveLocation, liveLocation, askedAfter);
    this.showAnswer({ lastAnswerAtMs: moment.wallMs, trail: this.trail.get() });
    return intervalMs;
  }

  protected override aged(
    change: Partial<LiveLocationState>,
  ): readonly [Partial<LiveLocationState>, number | null] {
    const { connection, polling } = { ...this.getState(), ...change };
    const { snapshot, changesInMs } = this.session.at(this.elapsed.monotonicNow());
    const isOffline = connection === 'OFFLINE' && polling !== 'STOPPED';
    return [{ ...change, ...snapshot, freshness: isOffline ? 'OFFLINE' : snapshot.signal }, changesInMs];
  }
}
