import type { EnRouteJourney } from '../domain/journey';
import type { ActiveJourneyPage, ActiveJourneyPages, ActiveJourneyPosition } from '../domain/ports';
import { decodeActiveJourneys } from './codec';
import { allPartitions, partitionOf, type Keys } from './keys';
import type { ScriptRunner } from './scriptRunner';

/**
 * The active journeys over all partitions, from one partition to the next. A journey stays at its place from its start
 * to its end, so whatever starts and ends around a reader, it sees each journey that lasts exactly once.
 */
export class RedisActiveJourneyPages implements ActiveJourneyPages {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keys,
  ) {}

  /** Reads several partitions at once where one has too few: as many as it probably needs, but each time twice as many. */
  async page(limit: number, after: ActiveJourneyPosition | null): Promise<ActiveJourneyPage> {
    const found: EnRouteJourney[] = [];
    // One more than requested shows whether there is a further page.
    const wanted = limit + 1;
    let [next, width, visited, total] = [
      after ? allPartitions.indexOf(partitionOf(after.sessionId)) : 0,
      1,
      0,
      0,
    ];
    let begin = after;
    while (found.length < wanted && next < allPartitions.length) {
      const partitions = allPartitions.slice(next, next + width);
      const missing = wanted - found.length;
      const replies = await Promise.all(
        partitions.map((partition, index) => this.read(partition, missing, index === 0 ? begin : null)),
      );
      for (const { journeys, count } of replies) {
        found.push(...journeys.slice(0, wanted - found.length));
        total += count;
      }
      begin = null;
      next += partitions.length;
      visited += partitions.length;
      width = Math.max(2 * width, Math.ceil((wanted - found.length) / Math.max(total / visited, 1)));
    }
    return { journeys: found.slice(0, limit), hasNextPage: found.length > limit };
  }

  private async read(partition: string, limit: number, after: ActiveJourneyPosition | null) {
    const { expiresAt = '', sessionId = '' } = after ?? {};
    const reply = await this.scripts.read('activeJourneys', [
      this.keys.deadlines(partition),
      limit,
      expiresAt,
      sessionId,
    ]);
    return decodeActiveJourneys(reply as string);
  }
}
