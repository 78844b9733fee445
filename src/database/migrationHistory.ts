import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { checksumOf, type Migration } from './migrationFiles';

/** A row of `_prisma_migrations`: one attempt to apply one migration. */
export interface MigrationRecord {
  readonly name: string;
  readonly checksum: string;
  /** Null: it is being applied, or it was interrupted. */
  readonly finishedAt: Date | null;
  /** Set: it changed nothing, and may be applied again. */
  readonly rolledBackAt: Date | null;
}

/** As Prisma creates it, column by column, so that either of the two programs can go on where the other one stopped. */
const COLUMNS = `
  id                  VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum            VARCHAR(64) NOT NULL,
  finished_at         TIMESTAMPTZ,
  migration_name      VARCHAR(255) NOT NULL,
  logs                TEXT,
  rolled_back_at      TIMESTAMPTZ,
  started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0`;

/** Tables that an extension (PostGIS) may have put into an otherwise empty database; Prisma leaves them out as well. */
const TABLES_OF_EXTENSIONS = ['spatial_ref_sys', 'geometry_columns', 'geography_columns'];

/**
 * Prisma's own record of the migrations of a database. Prisma's programs (`prisma migrate deploy`, `status` and
 * `resolve`) read what is written here, and the other way round.
 */
export class MigrationHistory {
  private constructor(
    private readonly client: Client,
    /** With its schema, since a migration may change the search path. */
    private readonly table: string,
    private readonly schema: string,
  ) {}

  /** The history in the first schema of the connection's search path, which is `public` unless the URL sets another one. */
  static async of(client: Client): Promise<MigrationHistory> {
    const { rows } = await client.query<{ schema: string | null }>('SELECT current_schema() AS schema');
    const schema = rows[0]?.schema ?? 'public';
    return new MigrationHistory(client, `${client.escapeIdentifier(schema)}._prisma_migrations`, schema);
  }

  /**
   * Creates the table unless it exists.
   * @returns false when it does not exist and the database has other tables: nobody knows which migrations made them.
   */
  async initialize(): Promise<boolean> {
    const { rows } = await this.client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
       WHERE relkind = 'r' AND nspname = $1`,
      [this.schema],
    );
    if (rows.some(({ name }) => name === '_prisma_migrations')) return true;
    if (rows.some(({ name }) => !TABLES_OF_EXTENSIONS.includes(name))) return false;
    await this.client.query(`CREATE TABLE ${this.table} (${COLUMNS})`);
    return true;
  }

  async read(): Promise<readonly MigrationRecord[]> {
    const { rows } = await this.client.query<MigrationRecord>(
      `SELECT migration_name AS name, checksum, finished_at AS "finishedAt", rolled_back_at AS "rolledBackAt"
       FROM ${this.table} ORDER BY started_at`,
    );
    return rows;
  }

  /** @returns the id of the new record. */
  async recordStart({ name, script }: Migration): Promise<string> {
    const id = randomUUID();
    await this.client.query(
      `INSERT INTO ${this.table} (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())`,
      [id, checksumOf(script), name],
    );
    return id;
  }

  async recordSuccess(id: string): Promise<void> {
    const { rowCount } = await this.client.query(
      `UPDATE ${this.table} SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`,
      [id],
    );
    if (rowCount !== 1) throw new Error('The script has rolled back the transaction that it ran in');
  }

  /** Records an attempt that may have changed something: Prisma and this program then apply nothing until a person has checked. */
  async recordFailure(id: string, logs: string): Promise<void> {
    await this.client.query(`UPDATE ${this.table} SET logs = $2 WHERE id = $1`, [id, logs]);
  }

  /** Records an attempt that changed nothing: the migration may be applied again. */
  async recordRollback(id: string, logs: string): Promise<void> {
    await this.client.query(
      `UPDATE ${this.table} SET logs = $2, rolled_back_at = clock_timestamp() WHERE id = $1`,
      [id, logs],
    );
  }

  /** Whether the start is still recorded, outside of any transaction. */
  async hasRecord(id: string): Promise<boolean> {
    const { rowCount } = await this.client.query(`SELECT FROM ${this.table} WHERE id = $1`, [id]);
    return rowCount === 1;
  }
}
