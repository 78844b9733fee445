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

function withRightsExplained(error: unknown): never {
  if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error;
  throw new RightsError(
    'The login of DATABASE_URL may not read or change all tables: use the one that runs the migrations.',
    { cause: error },
  );
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

  /** @throws RightsError when the login may not read a table */
  async find(userId: string): Promise<readonly TableFinding[]> {
    const found: TableFinding[] = [];
    for (const { table, columns } of await this.tables()) {
      const statement = `SELECT * FROM ${this.name(table)} WHERE ${this.anyOf(columns)}`;
      const { rows } = await this.client.query<object>(statement, [userId]).catch(withRightsExplained);
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
      withRightsExplained(error);
    }
  }

  private async tables(): Promise<readonly PersonColumns[]> {
    // From the catalog: information_schema hides the tables on which a login has no right, and they would be left out.
    const { rows } = await this.client.query<PersonColumns>(
      `SELECT c.relname AS "table", array_agg(a.attname::text ORDER BY a.attnum) AS columns
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
         AND c.relname <> '_prisma_migrations'
         AND a.atttypid IN ('text'::regtype, 'varchar'::regtype) AND a.attname NOT IN ('id', 'session_id')
       GROUP BY c.relname ORDER BY c.relname`,
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
