import type { EndedJourney, EndedState } from '../domain/journey';
import type {
  Finish,
  FinishOutcome,
  SessionSnapshot,
  JourneyStore,
  OverdueJourney,
  RateOutcome,
  Refusal,
  SessionRecord,
  StartCommand,
  StartOutcome,
  UpdateCommand,
  UpdateOutcome,
} from '../domain/ports';
import type { Policy } from '../domain/policy';
import {
  decodeEnded,
  decodeEnRoute,
  decodeSnapshot,
  decodeVerdict,
  encodeSession,
  type Reply,
} from './codec';
import { allPartitions, partitionOf, type Keys } from './keys';
import type { Steps } from './steps';

/** Beyond its deadline a journey's key stays this long for the watchdog to find. */
const GRACE_MS = 60_000;
/** "There is no such session" is remembered this long: a booking may be made any moment. */
const UNKNOWN_SESSION_TTL_MS = 60_000;
const OVERDUE_PER_PARTITION = 100;

export interface RedisJourneyStoreOptions {
  readonly policy: Policy;
  readonly eventsOn: boolean;
  /** Most entries of one partition's outbox stream; beyond it the oldest go. */
  readonly outboxMaxLength: number;
}

interface EndCommand {
  readonly outcome: EndedState;
  readonly trainerId: string;
  readonly locationOf: string;
  /** Of the fix that proves an arrival. */
  readonly ofAnyAge?: boolean;
}

/** The live store on Redis: each method calls one script, and turns its codes into the port's outcomes. */
export class RedisJourneyStore implements JourneyStore {
  constructor(
    private readonly steps: Steps,
    private readonly keys: Keys,
    private readonly options: RedisJourneyStoreOptions,
  ) {}

  readSnapshot(sessionId: string, withSession = false): Promise<SessionSnapshot> {
    const partition = partitionOf(sessionId);
    const { keys } = this;
    const [before, after] = keys.locationAround(sessionId, partition);
    const active = keys.active(sessionId, partition);
    return this.steps
      .read('readSnapshot', withSession ? [active, before, after, 1] : [active, before, after])
      .then((reply) => decodeSnapshot(sessionId, reply as string));
  }

  async start({ journeyId, clientRequestId, session, startable }: StartCommand): Promise<StartOutcome> {
    const { policy, eventsOn, outboxMaxLength } = this.options;
    const [code, , ...values] = await this.write('start', this.journeyKeys(session.id, session.trainerId), [
      journeyId,
      clientRequestId ?? '',
      session.id,
      session.trainerId,
      session.studentId,
      session.status,
      session.scheduledAt,
      session.home.latitude,
      session.home.longitude,
      startable ? 1 : 0,
      policy.journeyTtlMs,
      GRACE_MS,
      policy.sessionMetaTtlMs,
      outboxMaxLength,
      eventsOn ? 1 : 0,
    ]);
    switch (code) {
      case 'STARTED':
      case 'ALREADY_STARTED':
      case 'OVERDUE':
      case 'NOT_OWNER':
        return { kind: code, journey: decodeEnRoute(session.id, values, 0) };
      case 'REPEATED':
        return { kind: code, journey: decodeEnRoute(session.id, values, 0) };
      case 'REPEATED_ENDED':
        return { kind: 'REPEATED', journey: decodeEnded(session.id, values, 0) };
      case 'NOT_STARTABLE':
        return { kind: code };
      default:
        throw unexpected('start', code);
    }
  }

  async update({ sessionId, trainerId, points, sentAt }: UpdateCommand): Promise<UpdateOutcome> {
    const { policy } = this.options;
    const args = [
      trainerId,
      1,
      policy.locationTtlMs,
      policy.maxSpeedKmh,
      policy.maxAccuracyMeters,
      sentAt ?? '',
    ];
    for (const point of points) {
      args.push(point.capturedAt ?? '', point.latitude, point.longitude);
      args.push(point.accuracy ?? '', point.heading ?? '', point.speed ?? '');
    }
    // Sent once: a second run would find the points taken by the first, and call them duplicates.
    const reply = await this.steps.write('update', this.updateKeys(sessionId, trainerId), args, {
      mode: 'once',
    });
    const [code, , ...values] = reply as unknown as [string, string, ...Reply];
    if (code !== 'APPLIED') return refusalOf('update', sessionId, code, values);
    const [version, homeLatitude, homeLongitude, latitude, longitude, capturedAt, stillSince, ...statuses] =
      values;
    return {
      kind: 'APPLIED',
      version: Number(version),
      home: { latitude: Number(homeLatitude), longitude: Number(homeLongitude) },
      newest:
        latitude == null
          ? null
          : {
              latitude: Number(latitude),
              longitude: Number(longitude),
              capturedAt: Number(capturedAt),
              stillSince: Number(stillSince),
            },
      verdicts: statuses.map((status) => decodeVerdict(String(status))),
    };
  }

  async refusal(sessionId: string, trainerId: string): Promise<Refusal | null> {
    const args = [trainerId, 0, 0, 0, 0, ''];
    const [code, , ...values] = await this.write('update', this.updateKeys(sessionId, trainerId), args);
    return code === 'ACTIVE' ? null : refusalOf('update', sessionId, code, values);
  }

  async takeRate(trainerId: string): Promise<RateOutcome> {
    const { updateIntervalMs, updateJitterMs } = this.options.policy;
    const key = this.keys.rate(trainerId);
    const [code, , value] = await this.steps.write('rate', [key], [updateIntervalMs, updateJitterMs], {
      mode: 'bestEffort',
    });
    if (code === 'LIMITED') return { kind: 'LIMITED', retryAfterMs: Number(value) };
    return {
      kind: 'ALLOWED',
      refund: async () => {
        await this.steps.write('rateRefund', [key], [String(value), updateIntervalMs], {
          mode: 'bestEffort',
        });
      },
    };
  }

  async finish(sessionId: string, trainerId: string, as: Finish): Promise<FinishOutcome> {
    const [code, , ...values] = await this.end(sessionId, {
      outcome: as === 'STOPPED' ? as : 'ARRIVED',
      trainerId,
      locationOf: trainerId,
      ofAnyAge: as === 'ARRIVED_WITH_FIX',
    });
    switch (code) {
      case 'ENDED':
        return { kind: 'FINISHED', journey: decodeEnded(sessionId, values, 0) };
      case 'ALREADY_ENDED':
        return { kind: 'ENDED', journey: decodeEnded(sessionId, values, 0) };
      case 'LOCATION_UNKNOWN':
        return { kind: code };
      case 'TOO_FAR':
        return { kind: code, distanceMeters: Number(values[0]) };
      default:
        return refusalOf('end', sessionId, code, values);
    }
  }

  async expire({ sessionId, trainerId }: OverdueJourney): Promise<EndedJourney | null> {
    const [code, , ...values] = await this.end(sessionId, {
      outcome: 'EXPIRED',
      trainerId: '',
      locationOf: trainerId,
    });
    return code === 'ENDED' ? decodeEnded(sessionId, values, 0) : null;
  }

  async cancel(sessionId: string, keepTrainerId: string | null): Promise<EndedJourney | null> {
    // The location's key needs the trainer, whom only the journey tells; CHANGED: another one started in between.
    for (;;) {
      const snapshot = await this.readSnapshot(sessionId);
      if (snapshot.kind === 'INACTIVE') return null;
      const [code, , ...values] = await this.end(sessionId, {
        outcome: 'CANCELLED',
        trainerId: keepTrainerId ?? '',
        locationOf: snapshot.journey.trainerId,
      });
      if (code === 'ENDED' || code === 'ALREADY_ENDED') return decodeEnded(sessionId, values, 0);
      if (code !== 'CHANGED') return null;
    }
  }

  async overdue(): Promise<readonly OverdueJourney[]> {
    const found = await Promise.allSettled(
      allPartitions.map(async (partition) => {
        const found = (await this.steps.read('due', [
          this.keys.deadlines(partition),
          this.keys.filed(partition),
          OVERDUE_PER_PARTITION,
        ])) as string[];
        return Array.from({ length: found.length / 2 }, (_, at) => ({
          sessionId: found[2 * at]!,
          trainerId: found[2 * at + 1]!,
        }));
      }),
    );
    const failed = found.filter((result) => result.status === 'rejected');
    if (failed.length === found.length) throw failed[0]!.reason;
    return found.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  }

  async cacheSession(sessionId: string, record: SessionRecord | null, readAt: number): Promise<void> {
    const ttlMs = record ? this.options.policy.sessionMetaTtlMs : UNKNOWN_SESSION_TTL_MS;
    const fields = record ? encodeSession(record) : [];
    await this.steps.write('cacheSession', [this.keys.meta(sessionId)], [ttlMs, readAt, ...fields], {
      mode: 'bestEffort',
    });
  }

  async invalidateSession(sessionId: string): Promise<void> {
    await this.write('invalidateSession', [this.keys.meta(sessionId)], []);
  }

  async index(userIds: readonly string[], sessionId: string): Promise<void> {
    const lifeMs = this.options.policy.journeyTtlMs + GRACE_MS;
    await Promise.all(
      userIds.map((id) => this.write('indexAdd', [this.keys.journeysOf(id)], [sessionId, lifeMs])),
    );
  }

  async indexed(userId: string): Promise<readonly string[]> {
    return (await this.steps.read('indexRead', [this.keys.journeysOf(userId)])) as string[];
  }

  private end(
    sessionId: string,
    { outcome, trainerId, locationOf, ofAnyAge }: EndCommand,
  ): Promise<[string, string, ...Reply]> {
    const { policy, eventsOn, outboxMaxLength } = this.options;
    return this.write('end', this.journeyKeys(sessionId, locationOf), [
      outcome,
      sessionId,
      trainerId,
      policy.endedTtlMs,
      policy.sessionMetaTtlMs,
      outboxMaxLength,
      eventsOn ? 1 : 0,
      policy.arrivalRadiusMeters,
      ofAnyAge ? '' : policy.signalDelayedMs,
      locationOf,
    ]);
  }

  /** A step that is safe to repeat, with its reply in the scripts' common form. */
  private async write(
    step: Parameters<Steps['write']>[0],
    keys: [string, ...string[]],
    args: (string | number)[],
  ): Promise<[string, string, ...Reply]> {
    return (await this.steps.write(step, keys, args, { mode: 'retry' })) as [string, string, ...Reply];
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
      keys.filed(partition),
    ];
  }
}

/** The codes that update.lua and end.lua share for a trainer who has no journey under way here. */
function refusalOf(step: string, sessionId: string, code: string, values: Reply): Refusal {
  switch (code) {
    case 'ENDED':
      return { kind: 'ENDED', journey: decodeEnded(sessionId, values, 0) };
    case 'NOT_OWNER':
      return {
        kind: 'NOT_OWNER',
        participants: { trainerId: String(values[0]), studentId: String(values[1]) },
      };
    case 'NOT_ACTIVE':
      return {
        kind: 'NOT_ACTIVE',
        participants:
          values[0] == null ? null : { trainerId: String(values[0]), studentId: String(values[1]) },
      };
    default:
      throw unexpected(step, code);
  }
}

const unexpected = (step: string, code: string): Error =>
  new Error(`${step}.lua answered ${code}, which journeyStore.ts does not know`);
