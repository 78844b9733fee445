import type { AlertCheck, DueWork, OverdueJourney, SweepStore } from '../domain/ports';
import { decodeAlertChanges, type UpdateOptions } from './codec';
import { allPartitions, type Keys } from './keys';
import { unexpectedCode, type ScriptReply } from './scriptReply';
import type { ScriptRunner } from './scriptRunner';

const OVERDUE_PER_PARTITION = 100;
/** One step of the sweep blocks Redis for some milliseconds. */
const CHECKS_PER_STEP = 100;

/** What the sweep finds and does in whole partitions: due.lua and alerts.lua. */
export class RedisSweepStore implements SweepStore {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
    private readonly options: UpdateOptions,
  ) {}

  async due(): Promise<DueWork> {
    const overdue: OverdueJourney[] = [];
    const alertChecks = new Map<string, number>();
    const visits = await Promise.allSettled(
      allPartitions.map(async (partition) => {
        const [checks, ...found] = (await this.scripts.read('due', [
          this.keys.deadlines(partition),
          this.keys.expiry(partition),
          this.keys.formerExpiry(partition),
          this.keys.alerts(partition),
          OVERDUE_PER_PARTITION,
        ])) as [checks: number, ...found: string[]];
        if (checks > 0) alertChecks.set(partition, checks);
        for (let at = 0; at < found.length; at += 2)
          overdue.push({ sessionId: found[at]!, trainerId: found[at + 1]! });
      }),
    );
    const failed = visits.filter((visit) => visit.status === 'rejected');
    if (failed.length === visits.length) throw failed[0]!.reason;
    return { overdue, alertChecks };
  }

  async checkAlerts(partition: string): Promise<AlertCheck> {
    const { policy, eventsOn, outboxMaxLength } = this.options;
    const { keys } = this;
    const [keyPrefix, keyTag] = keys.partitionAround(partition);
    const options = {
      eventsOn,
      outboxMaxLength,
      keyPrefix,
      keyTag,
      most: CHECKS_PER_STEP,
      signalLiveMs: policy.signalLiveMs,
      signalLostMs: policy.alertSignalLostMs,
      signalClearMs: policy.alertSignalClearMs,
      notMovingMs: policy.alertNotMovingMs,
      lateMs: policy.alertLateMs,
      lateForMs: policy.alertLateForMs,
      arrivalRadiusMeters: policy.arrivalRadiusMeters,
    };
    const reply = (await this.scripts.write('alerts', {
      keys: [keys.alerts(partition), keys.events(partition)],
      args: [JSON.stringify(options)],
      mode: 'bestEffort',
    })) as unknown as ScriptReply;
    const [code, now, checked, remaining, ...values] = reply;
    if (code !== 'CHECKED') return unexpectedCode('alerts', code);
    return {
      at: Number(now),
      checked: Number(checked),
      remaining: Number(remaining),
      changes: decodeAlertChanges(values),
    };
  }
}
