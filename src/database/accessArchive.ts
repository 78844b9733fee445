import { HOUR_MS, hourOf } from '../domain/accessLog';
import type { AccessArchive, AccessRead } from '../domain/ports';
import type { PrismaClient } from '../generated/prisma/client';
import type { Calls } from './calls';

export class PrismaAccessArchive implements AccessArchive {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly calls: Calls,
  ) {}

  async record(reads: readonly AccessRead[]): Promise<void> {
    const column = <Value>(of: (read: AccessRead) => Value): Value[] => reads.map(of);
    // Without a conflict target, which the service would need the right to read the log for.
    await this.calls.run(
      'recordReads',
      () => this.prisma.$executeRaw`
        INSERT INTO access_log (session_id, reader_id, reader_role, hour, read_at)
        SELECT * FROM unnest(
          ${column(({ sessionId }) => sessionId)}::text[],
          ${column(({ readerId }) => readerId)}::text[],
          ${column(({ readerRole }) => readerRole)}::text[],
          ${column(({ readAt }) => new Date(hourOf(readAt) * HOUR_MS))}::timestamptz[],
          ${column(({ readAt }) => new Date(readAt))}::timestamptz[]
        )
        ON CONFLICT DO NOTHING`,
    );
  }
}
