import type { SessionSnapshot } from '../domain/snapshot';
import type { Share } from '../domain/share';
import type { CreateShareCommand, CreateShareOutcome, ShareStore } from '../domain/shareStore';
import { decodeSnapshot } from './codec';
import { partitionOf, type Keys } from './keys';
import { records, type Reply } from './records';
import { unexpectedCode } from './scriptReply';
import type { ScriptRunner } from './scriptRunner';

/** The first value of readSnapshot.lua's reply to a guest whose share does not exist. */
const NO_SHARE = '2';

/** The shares on Redis: each method calls one script. */
export class RedisShareStore implements ShareStore {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
  ) {}

  async create({ sessionId, ...options }: CreateShareCommand): Promise<CreateShareOutcome> {
    const [code, , value] = await this.scripts.write('createShare', {
      keys: [this.keys.shares(sessionId)],
      args: [JSON.stringify(options)],
      mode: 'retry',
    });
    switch (code) {
      case 'CREATED':
        return { kind: code, share: decodeShare(sessionId, String(value).split(' ')) };
      case 'TOO_MANY':
        return { kind: code, retryAfterMs: Number(value) };
      default:
        return unexpectedCode('createShare', code);
    }
  }

  async revoke(sessionId: string, shareId: string): Promise<void> {
    await this.scripts.write('revokeShare', {
      keys: [this.keys.shares(sessionId)],
      args: [shareId],
      mode: 'retry',
    });
  }

  async list(sessionId: string): Promise<readonly Share[]> {
    const texts = (await this.scripts.read('readShares', [this.keys.shares(sessionId)])) as string[];
    return texts.map((text) => decodeShare(sessionId, text.split(' ')));
  }

  async readShared(
    sessionId: string,
    secretHash: string,
    trailAfter: number | null = null,
  ): Promise<{ readonly share: Share; readonly snapshot: SessionSnapshot } | null> {
    const partition = partitionOf(sessionId);
    const [before, after] = this.keys.locationAround(sessionId, partition);
    const active = this.keys.active(sessionId, partition);
    const withTrail = trailAfter !== null;
    const args: [string, ...(string | number)[]] = [active, before, after, secretHash];
    if (withTrail) args.push(trailAfter);
    const reply = (await this.scripts.read('readSnapshot', args)) as string;
    const values = reply.split('\0');
    if (values[0] === NO_SHARE) return null;
    const share = decodeShare(sessionId, values.slice(-records.share.count));
    return { share, snapshot: decodeSnapshot(sessionId, reply, withTrail) };
  }
}

const decodeShare = (sessionId: string, values: Reply): Share => ({
  ...records.share.decode(values)!,
  sessionId,
});
