import type { EventClock } from '../connection/EventClock.js';
import type { JourneyFailure } from '../connection/failure.js';
import { kindOf } from '../connection/failure.js';
import { retryAfterDelayMs } from '../connection/retry.js';
import type { JourneyFieldsFragment } from '../generated/operations.js';
import type { SerialQueue } from './SerialQueue.js';
import { TokenRetry } from './TokenRetry.js';
import type { JourneyTransport } from './transport.js';

export interface StopRequestOptions {
  sessionId: string;
  transport: JourneyTransport;
  queue: SerialQueue;
  clock: EventClock;
  random: () => number;
}

/** How often a stop that the service has not confirmed is sent again. */
const intervalMs = 5000;

/** Brings a stop to the service, however long that takes. */
export class StopRequest {
  private readonly tokenRetry: TokenRetry;
  private inFlight: Promise<unknown> = Promise.resolve();
  private cancelTimer: () => void = () => undefined;

  constructor(private readonly options: StopRequestOptions) {
    const { clock, transport } = options;
    this.tokenRetry = new TokenRetry(clock, transport.hasNewToken?.bind(transport));
  }

  /** Null: it was not needed any more when its turn came. */
  send(isNeeded: () => boolean): Promise<JourneyFieldsFragment | null> {
    const { sessionId, transport, queue } = this.options;
    this.cancelTimer();
    const sent = queue.add(
      async () => (isNeeded() ? queue.send((signal) => transport.stopJourney(sessionId, signal)) : null),
      { urgent: true },
    );
    this.inFlight = sent.catch(() => undefined);
    return sent;
  }

  /** After a failure: as soon as the service may be there again, or the app has another token. */
  sendLater(reason: JourneyFailure, again: () => void): void {
    const { clock, random } = this.options;
    const isUnauthenticated = kindOf(reason) === 'UNAUTHENTICATED';
    if (!isUnauthenticated) this.tokenRetry.reset();
    const delayMs = isUnauthenticated
      ? this.tokenRetry.onRefused()
      : Math.max(intervalMs, retryAfterDelayMs(reason.retryAfterMs, random));
    this.wait(clock.monotonicNow() + delayMs, again);
  }

  cancel(): void {
    this.cancelTimer();
    this.tokenRetry.reset();
  }

  /** Settles when no stop is in flight. */
  async settled(): Promise<void> {
    await this.inFlight;
  }

  private wait(dueAtMs: number, again: () => void): void {
    const { clock } = this.options;
    this.cancelTimer();
    const untilMs = Math.min(dueAtMs, this.tokenRetry.nextCheckMs);
    this.cancelTimer = clock.after(Math.max(0, untilMs - clock.monotonicNow()), () => {
      if (clock.monotonicNow() >= dueAtMs) return again();
      this.inFlight = this.tokenRetry.isRenewed().then((isRenewed) => {
        if (isRenewed) again();
        else this.wait(dueAtMs, again);
      });
    });
  }
}
