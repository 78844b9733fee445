import type { DeletedRecords, OldRecords } from '../domain/retention';
import type { PrismaClient } from '../generated/prisma/client';
import type { Calls } from './calls';

export class PrismaOldRecords implements OldRecords {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly calls: Calls,
  ) {}

  async deleteOlderThan(days: number, limit: number): Promise<DeletedRecords> {
    // A function of the migrations: the service's login may not delete by any other way.
    const [deleted] = await this.calls.run(
      'deleteOld',
      () => this.prisma.$queryRaw<{ journeys: number; accessLogLines: number }[]>`
        SELECT journeys, access_log_lines AS "accessLogLines"
        FROM delete_old_records(${days}::int, ${limit}::int)`,
    );
    return { journey: deleted!.journeys, access_log: deleted!.accessLogLines };
  }
}
