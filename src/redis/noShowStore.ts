import type { AlertChange } from '../domain/alert';
import type { NoShowIndex, NoShowStore, NoShowTurn, ScheduledSession } from '../domain/noShows';
import type { Session } from '../domain/session';
import { allPartitions, partitionOf, type Keys } from './keys';
import { records } from './records';
import type { ScriptRunner } from './scriptRunner';

/** As long as any poll asks for it, and a journey of the session may still begin. */
const LIFE_MS = 24 * 3600_000;
/** One step blocks Redis for some milliseconds. */
const SESSIONS_PER_STEP = 200;

export interface RedisNoShowStoreOptions {
  readonly eventsOn: boolean;
  readonly outboxMaxLength: number;
}

/** Whose turn it is to look for NO_SHOWs, and which were raised. */
export class RedisNoShowStore implements NoShowStore, NoShowIndex {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
    private readonly options: RedisNoShowStoreOptions,
  ) {}

  async claimTurn(turn: string, intervalMs: number): Promise<NoShowTurn> {
    const [code, now, first, second] = await this.scripts.write('noShowClaim', {
      keys: [this.keys.noShowSearch()],
      args: [intervalMs, turn],
      mode: 'bestEffort',
    });
    if (code === 'WAIT') return { kind: 'WAIT', waitMs: Number(first) };
    const searchedTo = first === '' ? null : { scheduledAt: Number(first), id: String(second) };
    return { kind: 'CLAIMED', now: Number(now), searchedTo };
  }

  async searched({ scheduledAt, id }: ScheduledSession): Promise<void> {
    const key = this.keys.noShowSearch();
    await this.scripts.write('noShowSearched', { keys: [key], args: [scheduledAt, id], mode: 'bestEffort' });
  }

  async unattended(limit: number): Promise<readonly string[]> {
    const found = await Promise.all(
      allPartitions.map((partition) =>
        this.scripts.read('unattended', [
          this.keys.unattended(partition),
          Math.ceil(limit / allPartitions.length),
        ]),
      ),
    );
    return (found as string[][]).flat();
  }

  async raised(limit: number, after: ScheduledSession | null): Promise<readonly ScheduledSession[]> {
    const begin = after ? [after.scheduledAt, after.id] : ['', ''];
    // Each partition in full: the first of all sessions may all be in one of them.
    const parts = await Promise.all(
      allPartitions.map((partition) =>
        this.scripts.read('noShowsRaised', [this.keys.noShows(partition), limit, ...begin]),
      ),
    );
    return (parts as string[][])
      .flatMap((part) =>
        part.flatMap((id, at) => (at % 2 === 0 ? [{ id, scheduledAt: Number(part[at + 1]) }] : [])),
      )
      .sort((one, other) => other.scheduledAt - one.scheduledAt || (one.id > other.id ? -1 : 1))
      .slice(0, limit);
  }

  async raise(
    sessions: readonly Session[],
    ids: readonly string[],
    readAt: number,
  ): Promise<readonly AlertChange[]> {
    const work = new Map<string, { sessions: Session[]; ids: string[] }>();
    const of = (id: string) => {
      const partition = partitionOf(id);
      const known = work.get(partition) ?? { sessions: [], ids: [] };
      work.set(partition, known);
      return known;
    };
    for (const session of sessions) of(session.id).sessions.push(session);
    for (const id of ids) of(id).ids.push(id);
    const raised = await Promise.all(
      [...work].map(([partition, found]) => this.raiseIn(partition, { ...found, readAt })),
    );
    return raised.flat().map((sessionId) => ({ sessionId, alert: 'NO_SHOW', status: 'RAISED' }));
  }

  private async raiseIn(
    partition: string,
    found: {
      readonly sessions: readonly Session[];
      readonly ids: readonly string[];
      readonly readAt: number;
    },
  ): Promise<string[]> {
    const { keys } = this;
    const [keyPrefix, keyTag] = keys.partitionAround(partition);
    const raised: string[] = [];
    for (let at = 0; at === 0 || at < found.sessions.length; at += SESSIONS_PER_STEP) {
      const options = {
        ...this.options,
        keyPrefix,
        keyTag,
        sessions: found.sessions
          .slice(at, at + SESSIONS_PER_STEP)
          .map((one) => records.noShowSession.encode(one)),
        // They are removed with the last step, for it is lost if a step before it fails.
        looked: at + SESSIONS_PER_STEP >= found.sessions.length ? found.ids : [],
        readAt: found.readAt,
        lifeMs: LIFE_MS,
      };
      const [, , ...ids] = await this.scripts.write('noShow', {
        keys: [keys.unattended(partition), keys.events(partition), keys.noShows(partition)],
        args: [JSON.stringify(options)],
        mode: 'retry',
      });
      raised.push(...ids.map(String));
    }
    return raised;
  }
}
