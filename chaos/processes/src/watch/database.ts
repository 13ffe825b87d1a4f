import pg from 'pg';

/** While the database is broken on purpose, who asks it does not wait. */
const WITHIN_MS = 5_000;
/** Several look at a time. */
const CONNECTIONS = 3;

/** Looks into the database past every proxy; a look that fails because it is away, or that is not answered within so many milliseconds, gives null. */
export class Looker {
  readonly #pool: pg.Pool;

  constructor(url: string, withinMs = WITHIN_MS) {
    this.#pool = new pg.Pool({ connectionString: url, application_name: 'chaos', max: CONNECTIONS, connectionTimeoutMillis: 2_000, query_timeout: withinMs, allowExitOnIdle: true });
    // a connection that breaks while nobody looks is replaced at the next look
    this.#pool.on('error', () => {});
  }

  async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[] | null> {
    try {
      return (await this.#pool.query<Row>({ text, values: [...values] })).rows;
    } catch {
      return null;
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}
