import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startPostgres, type PostgresServer } from '@order-mesh/embedded';
import { migrate, openDatabase, type Database, type Migrations } from '@order-mesh/platform';

/** A real PostgreSQL for one test file, on a free port, in a folder of its own. */
export interface TestDatabase {
  readonly url: string;
  /** A pool that acts as `role` (the owner when absent); closed by `stop`. */
  open(role?: string): Database;
  migrate(sets: readonly Migrations[]): Promise<void>;
  /** Ends the server as a power cut would; `start` brings it back on the same port with what was committed. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const messaging: Migrations = { schema: 'messaging', folder: new URL('../../platform/migrations/', import.meta.url), shared: true };

export async function startTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'order-mesh-pg-'));
  const port = await freePort();
  const dataDir = join(folder, 'data');
  let server: PostgresServer = await startPostgres({ dataDir, port });
  const pools: Database[] = [];
  return {
    url: server.url,
    open(role) {
      const database = openDatabase({ url: server.url, applicationName: 'test', connections: 5, ...(role && { role }), onTrouble: () => {} });
      pools.push(database);
      return database;
    },
    migrate: async (sets) => { await migrate(server.url, [messaging, ...sets]); },
    kill: () => server.kill(),
    start: async () => { server = await startPostgres({ dataDir, port }); },
    async stop() {
      await Promise.allSettled(pools.map((pool) => pool.close()));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
