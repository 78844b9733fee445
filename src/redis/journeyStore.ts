import type { TrackingProblem } from '../domain/alert';
import type { EndedJourney, EndedState } from '../domain/journey';
import type {
  CancelOutcome,
  Finish,
  FinishOutcome,
  JourneyStore,
  OverdueJourney,
  RefreshOutcome,
  ProblemOutcome,
  Reporter,
  Refusal,
  SessionRecord,
  StartCommand,
  StartOutcome,
  TakeOverOutcome,
  UpdateCommand,
  UpdateOutcome,
} from '../domain/ports';
import type { Session } from '../domain/session';
import type { SessionSnapshot } from '../domain/snapshot';
import {
  decodeActive,
  decodeApplied,
  decodeEnded,
  decodeRefusal,
  decodeSnapshot,
  encodeLastJourney,
  encodeSession,
  encodeUpdate,
  encodeUpdateOptions,
  type UpdateOptions,
} from './codec';
import { partitionOf, type Keys } from './keys';
import { records, type Reply } from './records';
import { FixedArguments } from './scriptCaller';
import { unexpectedCode, type ScriptReply } from './scriptReply';
import type { ScriptName } from './scripts';
import type { ScriptRunner } from './scriptRunner';

/** Beyond its deadline a journey's key stays this long for the watchdog to find. */
const GRACE_MS = 60_000;
/** "There is no such session" is cached this long: a booking may be made at any moment. */
const UNKNOWN_SESSION_TTL_MS = 60_000;
/** A phone's problem changes when somebody does something about it: a dozen times in a minute is a fault of the app. */
const PROBLEM_INTERVAL_MS = 5000;
const PROBLEM_BURST = 12;

/** How many values stand before those of what the code says. */
const REPLY_HEAD = 2;

interface EndCommand {
  readonly outcome: EndedState;
  readonly trainerId: string;
  readonly locationOf: string;
  /** Of the fix that proves an arrival. */
  readonly ofAnyAge?: boolean;
  readonly deviceId?: string;
  /** For CANCELLED by a change of the booking: the session as it is booked now; left out when it is not. */
  readonly booking?: readonly string[];
  /** Left out: an operator cancels, whatever is booked. */
  readonly readAt?: number;
}

/** The live store on Redis: each method calls one script, and turns its codes into the port's outcomes. */
export class RedisJourneyStore implements JourneyStore {
  private readonly fixedUpdateArguments: readonly [FixedArguments];

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
    private readonly options: UpdateOptions,
  ) {
    this.fixedUpdateArguments = [new FixedArguments(encodeUpdateOptions(options))];
  }

  readSnapshot(
    sessionId: string,
    withSession = false,
    trailAfter: number | null = null,
  ): Promise<SessionSnapshot> {
    const partition = partitionOf(sessionId);
    const { keys } = this;
    const args: [string, ...(string | number)[]] = [
      keys.active(sessionId, partition),
      ...keys.locationAround(sessionId, partition),
    ];
    const withTrail = trailAfter !== null;
    if (withSession || withTrail) args.push(withSession ? 1 : '');
    if (withTrail) args.push(trailAfter);
    return this.scripts
      .read('readSnapshot', args)
      .then((reply) => decodeSnapshot(sessionId, reply as string, withTrail));
  }

  async start({
    journeyId,
    clientRequestId,
    deviceId,
    session,
    readAt,
    startable,
  }: StartCommand): Promise<StartOutcome> {
    const { policy } = this.options;
    const keys = this.journeyKeys(session.id, session.trainerId);
    const reply = await this.write('start', [...keys, this.keys.noShow(session.id)], {
      ...this.outboxOptions,
      journeyId,
      clientRequestId: clientRequestId ?? '',
      ...(deviceId && { deviceId }),
      sessionId: session.id,
      session: encodeSession(session),
      readAt,
      startable,
      journeyTtlMs: policy.journeyTtlMs,
      graceMs: GRACE_MS,
      sessionMetaTtlMs: policy.sessionMetaTtlMs,
    });
    const [code, , ...values] = reply;
    switch (code) {
      case 'STARTED':
        return {
          kind: code,
          journey: decodeActive(session.id, values),
          clearedNoShow: values.length > records.activeJourney.count,
        };
      case 'ALREADY_STARTED':
      case 'OVERDUE':
      case 'NOT_OWNER':
      case 'REPEATED':
        return { kind: code, journey: decodeActive(session.id, values) };
      case 'REPEATED_ENDED':
        return { kind: 'REPEATED', journey: decodeEnded(session.id, values) };
      case 'NOT_STARTABLE':
      case 'OUTDATED':
        return { kind: code };
      default:
        return unexpectedCode('start', code);
    }
  }

  async update(update: UpdateCommand): Promise<UpdateOutcome> {
    const { sessionId, trainerId } = update;
    const reply = await this.scripts.write('update', {
      keys: this.updateKeys(sessionId, trainerId),
      args: encodeUpdate(update, this.fixedUpdateArguments),
      // Sent once: a second run would find the points accepted by the first, and call them duplicates.
      mode: 'once',
    });
    // Before the others: nearly every update is applied, and to take the values out of the reply costs more than to read them.
    if (reply[0] === 'APPLIED') return decodeApplied(reply as Reply, REPLY_HEAD);
    const [code, , ...values] = reply as unknown as ScriptReply;
    if (code === 'LIMITED') return { kind: code, retryAfterMs: Number(values[0]) };
    return decodeRefusal(sessionId, code, values) ?? unexpectedCode('update', code);
  }

  async refusal({ sessionId, trainerId, deviceId }: Reporter): Promise<Refusal | null> {
    const keys = this.updateKeys(sessionId, trainerId);
    const args = encodeUpdate({ trainerId, points: null, sentAt: null, deviceId }, this.fixedUpdateArguments);
    const reply = await this.scripts.write('update', { keys, args, mode: 'retry' });
    const [code, , ...values] = reply as unknown as ScriptReply;
    if (code === 'ACTIVE') return null;
    return decodeRefusal(sessionId, code, values) ?? unexpectedCode('update', code);
  }

  async takeOver({ sessionId, trainerId, deviceId }: Required<Reporter>): Promise<TakeOverOutcome> {
    const keys = this.updateKeys(sessionId, trainerId).slice(0, 3) as [string, ...string[]];
    const reply = await this.scripts.write('takeOver', {
      keys,
      args: [trainerId, deviceId ?? ''],
      mode: 'retry',
    });
    const [code, , ...values] = reply as unknown as ScriptReply;
    if (code === 'REPORTS') return { kind: code, journey: decodeActive(sessionId, values) };
    return decodeRefusal(sessionId, code, values) ?? unexpectedCode('takeOver', code);
  }

  async reportProblem(
    { sessionId, trainerId, deviceId }: Reporter,
    problem: TrackingProblem | null,
  ): Promise<ProblemOutcome> {
    const keys = this.updateKeys(sessionId, trainerId).slice(0, 3) as [string, ...string[]];
    const args = [trainerId, deviceId ?? '', problem ?? '', PROBLEM_INTERVAL_MS, PROBLEM_BURST];
    const reply = await this.scripts.write('trackingProblem', { keys, args, mode: 'retry' });
    const [code, , ...values] = reply as unknown as ScriptReply;
    if (code === 'REPORTED') return { kind: code, journey: decodeActive(sessionId, values) };
    if (code === 'LIMITED') return { kind: code, retryAfterMs: Number(values[0]) };
    return decodeRefusal(sessionId, code, values) ?? unexpectedCode('trackingProblem', code);
  }

  async finish(reporter: Reporter, as: Finish): Promise<FinishOutcome> {
    const { sessionId, trainerId, deviceId } = reporter;
    const [code, , ...values] = await this.end(sessionId, {
      outcome: as === 'STOPPED' ? as : 'ARRIVED',
      trainerId,
      locationOf: trainerId,
      ofAnyAge: as === 'ARRIVED_WITH_FIX',
      ...(deviceId && { deviceId }),
    });
    switch (code) {
      case 'ENDED':
        return { kind: 'FINISHED', journey: decodeEnded(sessionId, values) };
      case 'ALREADY_ENDED':
        return { kind: 'ENDED', journey: decodeEnded(sessionId, values) };
      case 'LOCATION_UNKNOWN':
        return { kind: code };
      case 'TOO_FAR':
        return { kind: code, distanceMeters: Number(values[0]) };
      case 'UNCONFIRMED':
        return { kind: code, retryAfterMs: Number(values[0]) };
      default:
        return decodeRefusal(sessionId, code, values) ?? unexpectedCode('end', code);
    }
  }

  async cancel(sessionId: string): Promise<CancelOutcome> {
    const command = { outcome: 'CANCELLED', trainerId: '' } as const;
    const [code, , ...values] = await this.endWithLocationOf(sessionId, '', command);
    switch (code) {
      case 'ENDED':
        return { kind: 'FINISHED', journey: decodeEnded(sessionId, values) };
      case 'ALREADY_ENDED':
        return { kind: 'ENDED', journey: decodeEnded(sessionId, values) };
      default: {
        const refusal = decodeRefusal(sessionId, code, values);
        return refusal?.kind === 'NOT_ACTIVE' ? refusal : unexpectedCode('end', code);
      }
    }
  }

  async expire({ sessionId, trainerId }: OverdueJourney): Promise<EndedJourney | null> {
    const reply = await this.endWithLocationOf(sessionId, trainerId, { outcome: 'EXPIRED', trainerId: '' });
    const [code, , ...values] = reply;
    return code === 'ENDED' ? decodeEnded(sessionId, values) : null;
  }

  async refresh(sessionId: string, booking: Session | null, readAt: number): Promise<RefreshOutcome> {
    const reply = await this.endWithLocationOf(sessionId, booking?.trainerId ?? '', {
      outcome: 'CANCELLED',
      trainerId: '',
      readAt,
      ...(booking && { booking: encodeSession(booking) }),
    });
    const [code, , ...values] = reply;
    switch (code) {
      case 'ENDED':
      case 'ALREADY_ENDED':
        return { kind: 'ENDED', journey: decodeEnded(sessionId, values) };
      case 'KEPT':
      case 'OUTDATED':
        return { kind: code };
      default:
        return unexpectedCode('end', code);
    }
  }

  /** The location's key needs the trainer, whom only the journey knows. CHANGED names another one, who has started since. */
  private async endWithLocationOf(
    sessionId: string,
    trainerId: string,
    command: Omit<EndCommand, 'locationOf'>,
  ): Promise<ScriptReply> {
    for (let locationOf = trainerId; ;) {
      const reply = await this.end(sessionId, { ...command, locationOf });
      if (reply[0] !== 'CHANGED') return reply;
      locationOf = String(reply[2]);
    }
  }

  async cacheSession(sessionId: string, record: SessionRecord | null, readAt: number): Promise<void> {
    const packed = JSON.stringify({
      ttlMs: record ? this.options.policy.sessionMetaTtlMs : UNKNOWN_SESSION_TTL_MS,
      readAt,
      ...(record && { session: encodeSession(record.session) }),
      ...(record?.lastJourney && { lastJourney: encodeLastJourney(record.lastJourney) }),
    });
    const keys: [string, string] = [this.keys.meta(sessionId), this.keys.shares(sessionId)];
    await this.scripts.write('cacheSession', { keys, args: [packed], mode: 'bestEffort' });
  }

  async index(userIds: readonly string[], sessionId: string): Promise<void> {
    const lifeMs = this.options.policy.journeyTtlMs + GRACE_MS;
    await Promise.all(
      userIds.map((id) =>
        this.scripts.write('indexAdd', {
          keys: [this.keys.journeysOf(id)],
          args: [sessionId, lifeMs],
          mode: 'retry',
        }),
      ),
    );
  }

  async indexed(userId: string): Promise<readonly string[]> {
    return (await this.scripts.read('indexRead', [this.keys.journeysOf(userId)])) as string[];
  }

  private end(sessionId: string, { locationOf, ofAnyAge, ...command }: EndCommand): Promise<ScriptReply> {
    const { policy } = this.options;
    const keys = this.journeyKeys(sessionId, locationOf);
    return this.write('end', [...keys, this.keys.unattended(partitionOf(sessionId))], {
      ...this.outboxOptions,
      ...command,
      sessionId,
      locationTrainerId: locationOf,
      endedTtlMs: policy.endedTtlMs,
      sessionMetaTtlMs: policy.sessionMetaTtlMs,
      shareAfterEndMs: policy.shareAfterEndMs,
      arrivalRadiusMeters: policy.arrivalRadiusMeters,
      maxSpeedKmh: policy.maxSpeedKmh,
      noShowMs: policy.alertNoShowMs,
      ...(!ofAnyAge && { maxFixAgeMs: policy.signalDelayedMs }),
    });
  }

  private get outboxOptions() {
    const { eventsOn, outboxMaxLength } = this.options;
    return { eventsOn, outboxMaxLength };
  }

  /** A step that is safe to repeat, with its options in one argument, and its reply in the scripts' common form. */
  private async write(step: ScriptName, keys: [string, ...string[]], options?: object): Promise<ScriptReply> {
    const args = options ? [JSON.stringify(options)] : [];
    return (await this.scripts.write(step, { keys, args, mode: 'retry' })) as unknown as ScriptReply;
  }

  private updateKeys(sessionId: string, trainerId: string): [string, ...string[]] {
    const partition = partitionOf(sessionId);
    const { keys } = this;
    return [
      keys.active(sessionId, partition),
      keys.ended(sessionId, partition),
      keys.meta(sessionId, partition),
      keys.location(trainerId, sessionId, partition),
    ];
  }

  /** KEYS of start.lua and end.lua. */
  private journeyKeys(sessionId: string, trainerId: string): [string, ...string[]] {
    const partition = partitionOf(sessionId);
    const { keys } = this;
    return [
      ...this.updateKeys(sessionId, trainerId),
      keys.deadlines(partition),
      keys.events(partition),
      keys.records(partition),
      keys.expiry(partition),
      keys.formerExpiry(partition),
      keys.alerts(partition),
    ];
  }
}
