import type { Logger } from 'pino';

import type { AlertChange } from './domain/alert';
import { NoShowSearch, type NoShowStore, type UnattendedSessions } from './domain/noShows';
import type { JourneyStore, SweepStore } from './domain/ports';
import { Retention, type OldRecords, type RetentionTurns } from './domain/retention';
import { Watchdog } from './domain/watchdog';
import type { PrivacyMetrics } from './metrics/privacyMetrics';
import type { ServiceMetrics } from './metrics/serviceMetrics';

export interface SweepsOptions {
  readonly store: JourneyStore;
  readonly sweepStore: SweepStore;
  readonly noShowStore: NoShowStore;
  readonly unattended: UnattendedSessions;
  readonly noShowMs: number;
  readonly retentionTurns: RetentionTurns;
  readonly oldRecords: OldRecords;
  readonly retentionDays: number;
  readonly metrics: ServiceMetrics;
  readonly privacyMetrics: PrivacyMetrics;
  readonly logger: Logger;
  /** Called after a change with an event, so that the event is delivered at once. */
  readonly onChange: (sessionId: string) => void;
}

/** A part of the composition root: what every process does by the clock, without any request. */
export function createSweeps({
  store,
  sweepStore,
  noShowStore,
  unattended,
  noShowMs,
  retentionTurns,
  oldRecords,
  retentionDays,
  metrics,
  privacyMetrics,
  logger,
  onChange,
}: SweepsOptions): { start(): void; stop(): Promise<void> } {
  const watchdog = new Watchdog({
    sweeps: sweepStore,
    store,
    onChange,
    onSweep: (report) => metrics.swept(report),
    onAlert: (change) => metrics.alertChanged(change),
    onError: (error) => logger.warn({ err: error }, 'A sweep failed in part; the next one tries again'),
  });
  const noShows = new NoShowSearch({
    store: noShowStore,
    sessions: unattended,
    noShowMs,
    onAlert: (change: AlertChange) => {
      onChange(change.sessionId);
      metrics.alertChanged(change);
    },
    onError: (error) =>
      logger.warn({ err: error }, 'The search for sessions without a start failed; the next one tries again'),
  });
  const retention = new Retention({
    turns: retentionTurns,
    records: oldRecords,
    days: retentionDays,
    onDeleted: (deleted) => privacyMetrics.deleted(deleted),
    onFinished: () => privacyMetrics.retentionFinished(),
    onError: (error) => logger.warn({ err: error }, 'Old records could not be deleted; it is tried again'),
  });
  return {
    start: () => {
      watchdog.start();
      noShows.start();
      retention.start();
    },
    stop: async () => void (await Promise.all([watchdog.stop(), noShows.stop(), retention.stop()])),
  };
}
