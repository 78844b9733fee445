import { Counter, Gauge, type Registry } from 'prom-client';

import { lossReasons, type LossReason } from '../domain/accessLog';
import { shareRefusals, type ShareRefusal } from '../domain/guests';
import { recordTables, type DeletedRecords } from '../domain/retention';

export interface PrivacyMetricsOptions {
  readonly registry: Registry;
  /** What the access log has not appended to its outbox yet. */
  readonly accessLog: () => { readonly waiting: number; readonly oldestAgeMs: number };
}

/** The metrics of what docs/privacy.md promises: shares, the access log, and the deletion of old records. */
export class PrivacyMetrics {
  private readonly shareRefusals;
  private readonly lostReads;
  private readonly deletedRecords;
  private readonly retentionTurns;

  constructor({ registry, accessLog }: PrivacyMetricsOptions) {
    const registers = [registry];
    this.shareRefusals = new Counter({
      name: 'journey_share_refusals_total',
      help: 'Requests with a share that has ended, was revoked or never existed, by the code of the answer (RATE_LIMITED: beyond SHARE_GUESSES_PER_MINUTE)',
      labelNames: ['code'],
      registers,
    });
    new Gauge({
      name: 'journey_access_log_waiting',
      help: 'Reads that this process has not appended to the outbox of access_log yet: if it is killed, they have no line',
      registers,
      collect() {
        this.set(accessLog().waiting);
      },
    });
    new Gauge({
      name: 'journey_access_log_lag_seconds',
      help: 'Age of the oldest read that this process has not appended to the outbox of access_log yet',
      registers,
      collect() {
        this.set(accessLog().oldestAgeMs / 1000);
      },
    });
    this.lostReads = new Counter({
      name: 'journey_access_log_lost_total',
      help: 'Reads that have no line in access_log, by reason (full: too many were waiting; stopped: the process stopped while Redis was away)',
      labelNames: ['reason'],
      registers,
    });
    this.deletedRecords = new Counter({
      name: 'journey_deleted_records_total',
      help: 'Records older than JOURNEY_RETENTION_DAYS by table, counted by the process that deleted them',
      labelNames: ['table'],
      registers,
    });
    this.retentionTurns = new Counter({
      name: 'journey_retention_turns_total',
      help: 'Times that a process deleted all records older than JOURNEY_RETENTION_DAYS: once a day, over all processes',
      registers,
    });
    // From 0, or Prometheus would not see the first increase, which for some days may be the only one.
    for (const code of shareRefusals) this.shareRefusals.inc({ code }, 0);
    for (const reason of lossReasons) this.lostReads.inc({ reason }, 0);
    this.deleted({ journey: 0, access_log: 0 });
  }

  shareRefused(code: ShareRefusal): void {
    this.shareRefusals.inc({ code });
  }

  readsLost(reason: LossReason, reads: number): void {
    this.lostReads.inc({ reason }, reads);
  }

  deleted(records: DeletedRecords): void {
    for (const table of recordTables) this.deletedRecords.inc({ table }, records[table]);
  }

  retentionFinished(): void {
    this.retentionTurns.inc();
  }
}
