import { newAbortController } from '../connection/abort.js';
import { DrivenSession, type JourneyTrackerOptions } from './DrivenSession.js';
import { arrive, onDeadline, sendStop, stop } from './journeyEnd.js';
import { restore, start } from './journeyStart.js';
import { check, takeOver } from './otherDevice.js';
import type { Fix, PositionSource } from './position.js';
import { initialState, type ActionResult, type TrackerState } from './trackerState.js';
import { onChecked, onRefused } from './verdicts.js';

export type { JourneyTrackerOptions } from './DrivenSession.js';

/**
 * One session as its trainer drives to it: a journey's start, its fixes and its end, each brought to the service once,
 * whatever happens to the network, the app or the service meanwhile. What `useJourneyTracker` shows, without React.
 */
export class JourneyTracker {
  readonly getState: () => TrackerState;
  readonly subscribe: (listener: () => void) => () => void;
  private readonly session: DrivenSession;

  constructor(options: JourneyTrackerOptions) {
    const session: DrivenSession = new DrivenSession(options, {
      onRefused: (reason) => onRefused(session, reason),
      onChecked: (live) => onChecked(session, live),
      onDeadline: () => void onDeadline(session),
      onCheckDue: () => void check(session),
      onStopDue: () => this.sendStop(),
    });
    this.session = session;
    this.getState = session.getState;
    this.subscribe = session.subscribe;
  }

  /** Goes on where an earlier run of the app, or an earlier opening, left off. */
  readonly open = (): void => {
    const { session } = this;
    if (session.run) return;
    session.run = newAbortController();
    session.queue.open();
    session.show(initialState);
    restore(session, session.run.signal);
  };

  /** Ends the watch and gives up what is in flight. What was not sent stays in the storage. */
  readonly close = (): void => this.session.close();

  /**
   * For a background task: takes the fixes that woke it, and settles when they were stored and sent, or put off until the
   * next event. It needs no timer and opens the tracker by itself; all fixes of one call arrived now.
   */
  readonly deliver = async (fixes: readonly Fix[]): Promise<void> => {
    const { session } = this;
    const { sender, stopRequest, store } = session;
    this.open();
    session.deliveries += 1;
    try {
      await sender.suspendedDuring(async () => {
        session.clock.runDue();
        await session.restored;
        if (!session.isSharing()) return;
        sender.keep(fixes);
        // Written before the request is sent: the process may be killed at any moment from here on.
        await session.persist({});
      });
      await sender.settled();
      await stopRequest.settled();
      if (session.isSharing()) await session.persist({});
      else await store.flush();
    } finally {
      session.deliveries -= 1;
    }
  };

  /** Takes another source of position, also in the middle of a journey. */
  readonly watchFrom = (position: PositionSource): void => this.session.watch.use(position);

  readonly start = this.acting(start);

  /** With a fresh fix when the source can give one, else by what the service has. */
  readonly arrive = this.acting(arrive);

  /**
   * From here on nothing is watched, kept or sent, even if the service can't be reached yet: then the failure says why,
   * the phase stays STOPPING, and the stop is sent as soon as that works, also after a restart.
   */
  readonly stop = this.acting(stop);

  /** From now on this device reports the journey that another one reported. */
  readonly takeOver = this.acting(takeOver);

  /** Sends at once, say after a new token. */
  readonly retrySending = (): void => {
    const { session } = this;
    if (!session.run) return;
    session.clock.runDue();
    const { phase, sending } = session.getState();
    if (phase === 'READY' || sending === 'TAKEN_OVER') session.checkNow();
    else if (phase === 'STOPPING') this.sendStop();
    else if (phase === 'EN_ROUTE') {
      session.show({ sending: 'ONLINE' });
      session.sender.release({ atOnce: true });
    }
  };

  /** Begins a failed watch again at once, say after a permission was granted; one that works goes on as it is. */
  readonly restartWatch = (): void => {
    this.session.clock.runDue();
    this.session.watch.restart();
  };

  /** Something happens: what should have happened before it is done first. */
  private acting(action: (session: DrivenSession) => Promise<ActionResult>): () => Promise<ActionResult> {
    return () => {
      this.session.clock.runDue();
      return action(this.session);
    };
  }

  private sendStop(): void {
    const { run } = this.session;
    if (run) void sendStop(this.session, run.signal);
  }
}
