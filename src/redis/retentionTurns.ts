import type { RetentionTurns } from '../domain/retention';
import type { Keys } from './keys';
import type { ScriptRunner } from './scriptRunner';

export class RedisRetentionTurns implements RetentionTurns {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
  ) {}

  async hold(turn: string, forMs: number): Promise<number> {
    const key = this.keys.retention();
    const [code, , waitMs] = await this.scripts.write('retentionTurn', {
      keys: [key],
      args: [turn, forMs],
      mode: 'bestEffort',
    });
    return code === 'WAIT' ? Number(waitMs) : 0;
  }
}
