import { Client } from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;
/** Whole tables are searched, some without an index. */
const QUERY_TIMEOUT_MS = 600_000;
/** PostgreSQL's code of a statement that its login may not execute. */
const INSUFFICIENT_PRIVILEGE = '42501';

/** The statement needs a login with more rights: shown without a stack. */
export class RightsError extends Error {
  override readonly name = 'RightsError';
}

/** The rows of one table that name a person. */
export interface TableFinding {
  readonly table: string;
  readonly rows: readonly object[];
}

interface PersonColumns {
  readonly table: string;
  /** Those that can hold the id of a user. */
  readonly columns: readonly string[];
}

/** All that PostgreSQL holds of a person: it looks at every column of text of every table, also of those to come. */
export class DatabasePersonalData {
  private readonly client: Client;

  constructor(databaseUrl: string) {
    this.client = new Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      application_name: 'journey-privacy',
    });
    // A connection that is lost ends the query that waits for it, or the next one.
    this.client.on('error', () => undefined);
  }

  async connect(): Promise<void> {
    await this.client.connect();
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  async find(userId: string): Promise<readonly TableFinding[]> {
    const found: TableFinding[] = [];
    for (const { table, columns } of await this.tables()) {
      const { rows } = await this.client.query<object>(
        `SELECT * FROM ${this.name(table)} WHERE ${this.anyOf(columns)}`,
        [userId],
      );
      if (rows.length > 0) found.push({ table, rows });
    }
    return found;
  }

  /**
   * Replaces the id in every record, all or none. Of a student's sessions the home goes too, and those that were still to
   * come are cancelled: nobody may set out for a home that is not there.
   * @throws RightsError when the login may not change a table
   */
  async erase(userId: string, replacement: string): Promise<void> {
    try {
      await this.client.query('BEGIN');
      await this.client.query(
        `UPDATE session SET home_latitude = 0, home_longitude = 0 WHERE student_id = $1`,
        [userId],
      );
      await this.client.query(
        `UPDATE session SET status = 'CANCELLED'
         WHERE (student_id = $1 OR trainer_id = $1) AND status IN ('SCHEDULED', 'CONFIRMED')`,
        [userId],
      );
      for (const { table, columns } of await this.tables()) {
        const assignments = columns.map((column) => {
          const name = this.name(column);
          return `${name} = CASE WHEN ${name} = $1 THEN $2 ELSE ${name} END`;
        });
        await this.client.query(
          `UPDATE ${this.name(table)} SET ${assignments.join(', ')} WHERE ${this.anyOf(columns)}`,
          [userId, replacement],
        );
      }
      await this.client.query('COMMIT');
    } catch (error) {
      await this.client.query('ROLLBACK').catch(() => undefined);
      if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
      throw new RightsError(
        'The login of DATABASE_URL may not change these tables: use the one that runs the migrations.',
        { cause: error },
      );
    }
  }

  private async tables(): Promise<readonly PersonColumns[]> {
    const { rows } = await this.client.query<PersonColumns>(
      `SELECT c.table_name AS "table", array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
       FROM information_schema.columns c
       JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.table_name <> '_prisma_migrations'
         AND c.data_type IN ('text', 'character varying') AND c.column_name NOT IN ('id', 'session_id')
       GROUP BY c.table_name ORDER BY c.table_name`,
    );
    return rows;
  }

  private anyOf(columns: readonly string[]): string {
    return columns.map((column) => `${this.name(column)} = $1`).join(' OR ');
  }

  private name(identifier: string): string {
    return this.client.escapeIdentifier(identifier);
  }
}
