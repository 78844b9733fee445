import type { AbortSignalLike } from '../connection/abort.js';
import { momentOf } from '../connection/clock.js';
import { FailureError, failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import { PolledWatch, type PolledState, type PolledWatchOptions } from '../connection/PolledWatch.js';
import { LiveLocationsDocument } from '../generated/operations.js';
import type { LiveLocation } from './newerLiveLocation.js';
import { SessionState, type SessionSnapshot } from './SessionState.js';
import { thresholdsOf, type SignalThresholds } from './signalAge.js';

export interface LiveLocationsState extends PolledState {
  /** By session, in the order they were given; a session that was not answered yet is missing. */
  readonly sessions: ReadonlyMap<string, SessionSnapshot>;
  /** Sessions that the service refused, and why; the others go on without them. */
  readonly refused: ReadonlyMap<string, JourneyFailure>;
  /** Why the last round failed, or why every session was refused; null again after an answer. */
  readonly failure: JourneyFailure | null;
  /** This device's wall clock. */
  readonly lastAnswerAtMs: number | null;
}

export interface LiveLocationsWatchOptions extends PolledWatchOptions, Partial<SignalThresholds> {
  /** Default 5000: rounds are at least this far apart, however near a home somebody is. */
  roundMs?: number;
  /** Default 25, each about 50 sessions: the others wait for the next round. */
  maxRequestsPerRound?: number;
}

/** The service answers for at most so many at once. */
const maxSessionsPerRequest = 50;

interface Watched {
  readonly session: SessionState;
  /** By the elapsed time; Infinity: never again. */
  dueAtMs: number;
  refusal: JourneyFailure | null;
}

/**
 * Many sessions, in as few requests as the service allows: each is asked about when the service said, together with
 * those whose time comes within half a round, and not any more once nothing can come. What `useLiveLocations` shows,
 * without React.
 */
export class LiveLocationsWatch extends PolledWatch<LiveLocationsState, readonly JourneyFailure[]> {
  private readonly roundMs: number;
  private readonly maxSessionsPerRound: number;
  private readonly thresholds: SignalThresholds;
  private watched = new Map<string, Watched>();
  private lastAnswerAtMs: number | null = null;

  constructor({
    roundMs = 5000,
    maxRequestsPerRound = 25,
    signalLiveMs,
    signalDelayedMs,
    ...options
  }: LiveLocationsWatchOptions) {
    super({ sessions: new Map(), refused: new Map(), lastAnswerAtMs: null }, options);
    this.roundMs = roundMs;
    this.maxSessionsPerRound = maxRequestsPerRound * maxSessionsPerRequest;
    this.thresholds = thresholdsOf({ signalLiveMs, signalDelayedMs });
  }

  /** From now on these; what is known about those that were watched before stays. Asks at once about new ones. */
  watch(sessionIds: readonly string[]): void {
    const before = this.watched;
    const wanted = [...new Set(sessionIds)];
    const added = () => ({ session: new SessionState(this.thresholds), dueAtMs: -Infinity, refusal: null });
    this.watched = new Map(wanted.map((id) => [id, before.get(id) ?? added()]));
    this.show({});
    if (wanted.some((id) => !before.has(id))) this.poller.pollDue();
  }

  /** The failures of those requests of a round that failed, while others were answered. */
  protected async ask(signal: AbortSignalLike): Promise<readonly JourneyFailure[]> {
    const requests = inChunks(this.due(), maxSessionsPerRequest).map((ids) => this.askAbout(ids, signal));
    const failures = (await Promise.allSettled(requests)).flatMap((result) =>
      result.status === 'rejected' ? [failureOf(result.reason)] : [],
    );
    const [failure] = failures;
    if (failure && (failures.length === requests.length || kindOf(failure) === 'UNAUTHENTICATED'))
      throw new FailureError(failure);
    return failures;
  }

  /** Also those about which nothing more can come, and those that were refused. */
  protected override onFullPoll(): void {
    for (const watched of this.watched.values()) watched.dueAtMs = -Infinity;
  }

  /**
   * Rather half a round early than half a round late: the fewer rounds, the fewer requests. Of more than one round may
   * ask about, those that have waited longest.
   */
  private due(): string[] {
    const untilMs = this.elapsed.monotonicNow() + this.roundMs / 2;
    const due = [...this.watched].filter(([, { dueAtMs }]) => dueAtMs <= untilMs);
    if (due.length > this.maxSessionsPerRound) due.sort(([, one], [, other]) => byTime(one, other));
    return due.slice(0, this.maxSessionsPerRound).map(([id]) => id);
  }

  /** How long a session may wait for its turn because there are more than one round may ask about. */
  private queueMs(): number {
    return Math.max(0, Math.ceil(this.watched.size / this.maxSessionsPerRound) - 1) * this.roundMs;
  }

  /**
   * One session that is not the viewer's refuses the whole request: it is asked again without that one. Where the
   * refusal does not say which one it was, each half is asked about alone.
   */
  private async askAbout(sessionIds: readonly string[], signal: AbortSignalLike): Promise<void> {
    try {
      const answers = await this.send(LiveLocationsDocument, { sessionIds: [...sessionIds] }, signal);
      // At once: another request that fails or hangs must not freeze these sessions.
      if (!signal.aborted) this.take(answers);
    } catch (error) {
      const refusal = failureOf(error);
      const kind = kindOf(refusal);
      if ((kind !== 'GONE' && kind !== 'REFUSED') || signal.aborted) throw error;
      const named = sessionIds.find((id) => id === refusal.extensions.sessionId);
      const refused = sessionIds.length === 1 ? sessionIds[0] : named;
      if (refused !== undefined) {
        const watched = this.watched.get(refused);
        if (watched) Object.assign(watched, { refusal, dueAtMs: Infinity });
        this.lastAnswerAtMs = this.clock.now();
        const others = sessionIds.filter((id) => id !== refused);
        return others.length > 0 ? this.askAbout(others, signal) : undefined;
      }
      const half = Math.ceil(sessionIds.length / 2);
      // One after the other: a refusal for another reason than one session is then found by few requests.
      await this.askAbout(sessionIds.slice(0, half), signal);
      await this.askAbout(sessionIds.slice(half), signal);
    }
  }

  private take(answers: readonly LiveLocation[]): void {
    const moment = momentOf(this.clock);
    const nowMs = this.elapsed.monotonicNow();
    for (const answer of answers) {
      const watched = this.watched.get(answer.sessionId);
      if (!watched) continue;
      watched.refusal = null;
      watched.dueAtMs = nowMs + (watched.session.update(answer, moment, nowMs) ?? Infinity);
    }
    this.lastAnswerAtMs = moment.wallMs;
  }

  protected onAnswer(failures: readonly JourneyFailure[]): number | null {
    const all = [...this.watched.values()];
    const refusal = all.every((watched) => watched.refusal) ? all[0]?.refusal : null;
    this.showAnswer({ failure: failures[0] ?? refusal ?? null });
    const waitMs = Math.min(...all.map(({ dueAtMs }) => dueAtMs)) - this.elapsed.monotonicNow();
    const retryAfterMs = Math.max(...failures.map((failure) => failure.retryAfterMs ?? 0));
    return waitMs === Infinity ? null : Math.max(this.roundMs, waitMs, retryAfterMs);
  }

  protected override aged(
    change: Partial<LiveLocationsState>,
  ): readonly [Partial<LiveLocationsState>, number | null] {
    // A signal is that of the trainer's phone: it does not age while the session only waits for its turn.
    const agedToMs = this.elapsed.monotonicNow() - this.queueMs();
    const all = [...this.watched].map(([id, { session }]) => [id, session.at(agedToMs)] as const);
    const changesInMs = Math.min(...all.map(([, { changesInMs: inMs }]) => inMs ?? Infinity));
    const { sessions, refused } = this.getState();
    const state = {
      ...change,
      lastAnswerAtMs: this.lastAnswerAtMs,
      sessions: sameOr(
        sessions,
        all.flatMap(([id, { snapshot }]) => (snapshot.liveLocation ? [[id, snapshot] as const] : [])),
      ),
      refused: sameOr(
        refused,
        [...this.watched].flatMap(([id, { refusal }]) => (refusal ? [[id, refusal] as const] : [])),
      ),
    };
    // Thousands age every millisecond: they are shown together, ten times a second for each thousand.
    return [state, changesInMs === Infinity ? null : Math.max(changesInMs, all.length / 10)];
  }
}

/** The map of before when nothing in it changed, so that nobody renders for nothing. */
function sameOr<V>(
  before: ReadonlyMap<string, V>,
  entries: readonly (readonly [string, V])[],
): ReadonlyMap<string, V> {
  const isSame = entries.length === before.size && entries.every(([id, each]) => before.get(id) === each);
  return isSame ? before : new Map(entries);
}

/** Those that were never asked about (-Infinity) come first, in the order given: of two the difference is not a number. */
const byTime = (one: Watched, other: Watched): number => one.dueAtMs - other.dueAtMs || 0;

const inChunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, chunk) =>
    items.slice(chunk * size, (chunk + 1) * size),
  );
