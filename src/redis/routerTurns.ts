import type { Policy } from '../domain/policy';
import type { RouterTurn, RouterTurns } from '../domain/router';
import type { Keys } from './keys';
import type { ScriptRunner } from './scriptRunner';

export interface RedisRouterTurnsOptions {
  readonly policy: Policy;
  /** Between two turns of one journey. */
  readonly intervalMs: number;
}

/** What routerTurns.lua returns for each turn. */
const VALUES_PER_TURN = 9;

export class RedisRouterTurns implements RouterTurns {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
    private readonly options: RedisRouterTurnsOptions,
  ) {}

  async take(partition: string, limit: number): Promise<readonly RouterTurn[]> {
    const { intervalMs, policy } = this.options;
    const [, now, ...values] = (await this.scripts.write('routerTurns', {
      keys: [this.keys.routerTurns(partition), this.keys.deadlines(partition)],
      args: [limit, intervalMs, policy.routerFreshMs, ...this.keys.partitionAround(partition)],
      mode: 'bestEffort',
    })) as string[];
    return Array.from({ length: values.length / VALUES_PER_TURN }, (_, at) =>
      decodeTurn(values.slice(at * VALUES_PER_TURN), Number(now)),
    );
  }

  async answer(turn: RouterTurn, seconds: number): Promise<void> {
    const { sessionId, journeyId, trainerId, takenAt, fixAt, home } = turn;
    const travelMs = Math.round(seconds * 1000);
    await this.scripts.write('eta', {
      keys: [this.keys.active(sessionId), this.keys.location(trainerId, sessionId)],
      args: [
        journeyId,
        takenAt,
        fixAt,
        home.latitude,
        home.longitude,
        travelMs,
        this.options.policy.routerFreshMs,
      ],
      mode: 'bestEffort',
    });
  }
}

function decodeTurn(values: readonly string[], now: number): RouterTurn {
  const [sessionId, journeyId, trainerId, latitude, longitude, capturedAt, homeLatitude, homeLongitude] =
    values as [string, string, string, string, string, string, string, string];
  const answeredAt = values[8];
  return {
    sessionId,
    journeyId,
    trainerId,
    takenAt: now,
    from: { latitude: Number(latitude), longitude: Number(longitude) },
    fixAt: Number(capturedAt),
    home: { latitude: Number(homeLatitude), longitude: Number(homeLongitude) },
    answerAgeMs: answeredAt ? now - Number(answeredAt) : null,
  };
}
