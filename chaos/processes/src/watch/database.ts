import pg from 'pg';

/** Looks into the database past every proxy; a look that fails because it is away gives null. */
export class Looker {
  readonly #url: string;
  #client: pg.Client | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[] | null> {
    try {
      const client = this.#client ?? await this.#connect();
      return (await client.query<Row>({ text, values: [...values] })).rows;
    } catch {
      const broken = this.#client;
      this.#client = undefined;
      await broken?.end().catch(() => {});
      return null;
    }
  }

  async close(): Promise<void> {
    await this.#client?.end().catch(() => {});
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url, application_name: 'chaos', connectionTimeoutMillis: 2_000, query_timeout: 5_000 });
    client.on('error', () => { if (this.#client === client) this.#client = undefined; });
    await client.connect();
    this.#client = client;
    return client;
  }
}
