import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { LiveLocation } from '../../src/domain/liveLocation';
import { toLiveLocation } from '../../src/domain/liveLocation';
import { nextUpdateMs } from '../../src/domain/intervals';
import { distanceMeters } from '../../src/domain/geo';
import type { Policy } from '../../src/domain/policy';
import type { SessionSnapshot } from '../../src/domain/snapshot';
import { mayRead, type Viewer } from '../../src/domain/viewer';
import type { RedisClient } from '../../src/redis/client';
import { decodeApplied, decodeSnapshot, encodeUpdate, encodeUpdateOptions } from '../../src/redis/codec';
import { luaFieldList } from '../../src/redis/luaRecords';
import { records, type Reply } from '../../src/redis/records';
import { Keys, partitionOf } from '../../src/redis/keys';

const { activeView, location } = records;

type Script = (...args: (string | number)[]) => Promise<Reply>;
const scriptOf = (redis: RedisClient, name: 'readSnapshot' | 'plainRead' | 'rate' | 'update') =>
  (redis as unknown as Record<string, Script>)[name]!.bind(redis);

/** Of one command, as the product has it here (stand/settings.ts). */
const TIMEOUT_MS = 10_000;

export interface LocationReport {
  readonly sessionId: string;
  readonly version: number;
  readonly status: string;
  readonly nextUpdateMs: number;
  readonly distanceMeters: number;
  readonly canMarkArrived: boolean;
}

/**
 * The poll and the update with nothing around them: the same keys, the same rules, the participants check, and no
 * deadline, breaker, metric or error of its own kind. A poll reads its keys the plain way (readSnapshot.lua), or `lean`, by the
 * product's own script.
 */
export class BareSteps {
  private readonly keys = new Keys();
  private readonly readSnapshot: (sessionId: string) => Promise<SessionSnapshot>;
  private readonly rate: Script;
  private readonly update: Script;
  private readonly updateOptions: readonly (string | number)[];

  constructor(
    reader: RedisClient,
    writer: RedisClient,
    private readonly policy: Policy,
    { lean = false } = {},
  ) {
    reader.defineCommand('plainRead', {
      numberOfKeys: 1,
      lua: plainReadLua(),
    });
    this.readSnapshot = lean
      ? this.leanRead(scriptOf(reader, 'readSnapshot'))
      : this.plainRead(scriptOf(reader, 'plainRead'));
    this.rate = scriptOf(writer, 'rate');
    this.update = scriptOf(writer, 'update');
    this.updateOptions = encodeUpdateOptions({ policy, eventsOn: true, outboxMaxLength: 100_000 });
  }

  private plainRead(script: Script) {
    const { keys } = this;
    return async (sessionId: string): Promise<SessionSnapshot> => {
      const partition = partitionOf(sessionId);
      const [before, after] = keys.locationAround(sessionId, partition);
      const reply = await script(keys.active(sessionId, partition), before, after);
      const active = activeView.decode(reply, 1);
      if (!active) throw new Error('The bench polls active journeys only');
      const { id, trainerId, studentId, startedAt, expiresAt, version } = active;
      const { stage, eta, alerts, correctedAt, origin } = active;
      return {
        kind: 'ACTIVE',
        now: Number(reply[0]),
        journey: { id, sessionId, trainerId, studentId, startedAt, expiresAt, version, state: 'EN_ROUTE' },
        home: { latitude: active.homeLatitude, longitude: active.homeLongitude },
        fix: location.decode(reply, 1 + activeView.count),
        ...{ stage, eta, alerts, trackingProblem: null, correctedAt, origin },
        ...{ trail: [], cached: null },
      };
    };
  }

  private leanRead(script: Script) {
    const { keys } = this;
    return async (sessionId: string): Promise<SessionSnapshot> => {
      const partition = partitionOf(sessionId);
      const [before, after] = keys.locationAround(sessionId, partition);
      const reply: unknown = await script(keys.active(sessionId, partition), before, after);
      return decodeSnapshot(sessionId, reply as string);
    };
  }

  async poll(viewer: Viewer, sessionId: string): Promise<LiveLocation> {
    const snapshot = await this.readSnapshot(sessionId);
    if (snapshot.kind !== 'ACTIVE') throw new Error('The bench polls active journeys only');
    if (!mayRead(viewer, snapshot.journey)) throw new Error('SESSION_NOT_FOUND');
    return toLiveLocation({ sessionId, view: snapshot, seesWholeWay: false }, this.policy);
  }

  async updateLocation(viewer: Viewer, sessionId: string, fix: SentFix): Promise<LocationReport> {
    const { keys, policy } = this;
    if (viewer.role !== 'TRAINER') throw new Error('FORBIDDEN');
    const rate = await this.rate(
      keys.rate(viewer.id),
      keys.turns(viewer.id),
      Date.now() + TIMEOUT_MS,
      policy.updateIntervalMs,
      policy.updateJitterMs,
      `${sessionId} `,
      0,
    );
    if (rate[0] !== 'ALLOWED') throw new Error(String(rate[0]));
    const partition = partitionOf(sessionId);
    const point = {
      latitude: fix.latitude,
      longitude: fix.longitude,
      accuracy: fix.accuracy ?? null,
      heading: fix.heading ?? null,
      speed: fix.speed ?? null,
      capturedAt: fix.capturedAt == null ? null : Date.parse(fix.capturedAt),
    };
    const [code, , ...values] = await this.update(
      keys.active(sessionId, partition),
      keys.ended(sessionId, partition),
      keys.meta(sessionId, partition),
      keys.location(viewer.id, sessionId, partition),
      Date.now() + TIMEOUT_MS,
      ...encodeUpdate({ trainerId: viewer.id, points: [point], sentAt: null }, this.updateOptions),
    );
    if (code !== 'APPLIED') throw new Error(String(code));
    const { version, home, newest, verdicts } = decodeApplied(values);
    const verdict = verdicts[0]!;
    if (verdict.status === 'REJECTED') throw new Error(verdict.rejection);
    const distance = distanceMeters(newest!, home);
    return {
      sessionId,
      version,
      status: verdict.status,
      nextUpdateMs: nextUpdateMs(newest, policy),
      distanceMeters: Math.round(distance),
      canMarkArrived: distance <= policy.arrivalRadiusMeters,
    };
  }
}

/** readSnapshot.lua after the names of the fields, of which there is one list. */
const plainReadLua = (): string =>
  [
    luaFieldList('activeView'),
    luaFieldList('location'),
    readFileSync(join(__dirname, 'readSnapshot.lua'), 'utf8'),
  ].join('\n');

/** As it stands in a request's variables. */
export interface SentFix {
  readonly latitude: number;
  readonly longitude: number;
  readonly accuracy?: number;
  readonly heading?: number;
  readonly speed?: number;
  readonly capturedAt?: string;
}
