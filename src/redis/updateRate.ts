import type { Policy } from '../domain/policy';
import type { RateOutcome, Reporter, UpdateRate } from '../domain/ports';
import type { Keys } from './keys';
import { FixedArguments, type Argument } from './scriptCaller';
import { unexpectedCode } from './scriptReply';
import type { ScriptRunner } from './scriptRunner';

/** The rate of each trainer's updates, in a slot of its own: rate.lua and rateRefund.lua. */
export class RedisUpdateRate implements UpdateRate {
  private readonly fixedArguments: FixedArguments;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
    private readonly policy: Pick<Policy, 'updateIntervalMs' | 'updateJitterMs'>,
  ) {
    this.fixedArguments = new FixedArguments([policy.updateIntervalMs, policy.updateJitterMs]);
  }

  async take({ trainerId, sessionId, deviceId }: Reporter): Promise<RateOutcome> {
    const requester = `${sessionId} ${deviceId ?? ''}`;
    const reply = await this.run('rate', trainerId, [this.fixedArguments, requester, 0]);
    const refund = async (arrival: unknown) => {
      const args = [String(arrival), this.policy.updateIntervalMs, requester];
      await this.run('rateRefund', trainerId, args);
    };
    switch (reply[0]) {
      case 'ALLOWED':
        return { kind: 'ALLOWED', refund: () => refund(reply[2]) };
      case 'LIMITED':
        return { kind: 'LIMITED', retryAfterMs: Number(reply[2]), refund: () => refund('') };
      case 'CONTESTED':
        return {
          kind: 'CONTESTED',
          refund: () => refund(''),
          charge: async () => {
            await this.run('rate', trainerId, [this.fixedArguments, requester, 1]);
          },
        };
      default:
        return unexpectedCode('rate', reply[0]);
    }
  }

  private run(step: 'rate' | 'rateRefund', trainerId: string, args: Argument[]): Promise<unknown[]> {
    return this.scripts.write(step, {
      keys: [this.keys.rate(trainerId), this.keys.turns(trainerId)],
      args,
      mode: 'bestEffort',
    });
  }
}
