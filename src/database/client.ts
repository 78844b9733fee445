import { PrismaPg } from '@prisma/adapter-pg';
import type { UnattendedSessions } from '../domain/noShows';
import type { AccessArchive, JourneyArchive, SessionDirectory } from '../domain/ports';
import type { OldRecords } from '../domain/retention';
import { PrismaClient } from '../generated/prisma/client';
import { PrismaAccessArchive } from './accessArchive';
import { Calls, type CallsOptions } from './calls';
import { PrismaJourneyArchive } from './journeyArchive';
import { PrismaOldRecords } from './oldRecords';
import { createPool } from './pool';
import { PrismaSessionDirectory } from './sessionDirectory';
import { PrismaUnattendedSessions } from './unattendedSessions';

export interface DatabaseOptions extends CallsOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Connections of this process at most. */
  readonly poolSize: number;
}

export interface Database {
  readonly sessions: SessionDirectory;
  readonly journeys: JourneyArchive;
  readonly unattended: UnattendedSessions;
  readonly reads: AccessArchive;
  readonly oldRecords: OldRecords;
  /** Sends a query that reads nothing. @throws STORE_UNAVAILABLE */
  ping(): Promise<void>;
  /**
   * Connects, and makes Prisma load its query compiler: both would cost the first request of a fresh process up to a second.
   * An outage does not reject, because active journeys need no database.
   */
  warmUp(): Promise<void>;
  /** Waits for the calls in progress. */
  close(): Promise<void>;
}

const WARM_UP_TRIES = 3;

/** Connects with the first call: the process may start before the database does. */
export function createDatabase({ url, poolSize, timeoutMs, onCall }: DatabaseOptions): Database {
  const pool = createPool({ url, size: poolSize, timeoutMs });
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const calls = new Calls({ timeoutMs, onCall });
  return {
    sessions: new PrismaSessionDirectory(prisma, calls),
    journeys: new PrismaJourneyArchive(prisma, calls),
    unattended: new PrismaUnattendedSessions(prisma, calls),
    reads: new PrismaAccessArchive(prisma, calls),
    oldRecords: new PrismaOldRecords(prisma, calls),
    ping: () => calls.run('ping', async () => void (await prisma.$queryRaw`SELECT 1`)),
    warmUp: async () => {
      const read = async (): Promise<void> => void (await prisma.session.findUnique({ where: { id: '' } }));
      for (let tries = 0; tries < WARM_UP_TRIES; tries += 1) {
        const isDone = await calls.run('ping', read).then(
          () => true,
          () => false,
        );
        if (isDone) return;
      }
    },
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}
