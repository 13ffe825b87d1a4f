import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startKafka, startPostgres } from '@order-mesh/embedded';
import pg from 'pg';

/** A real Kafka and a real PostgreSQL for one benchmark run, in a folder of their own. */
export interface Servers {
  readonly brokers: string;
  /** The superuser's address, without a database's name at its end. */
  readonly postgresUrl: string;
  readonly folder: string;
  readonly pids: { readonly kafka: number; readonly postgres: number };
  /** Creates an empty database and gives its address. */
  database(name: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startServers(log: (line: string) => void): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'order-mesh-bench-'));
  const [kafkaPort, postgresPort] = [await freePort(), await freePort()];
  const started = await Promise.allSettled([
    startKafka({ dataDir: join(folder, 'kafka'), port: kafkaPort, log }),
    startPostgres({ dataDir: join(folder, 'postgres'), port: postgresPort, log }),
  ]);
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
    await rm(folder, { recursive: true, force: true });
  };
  const [kafka, postgres] = started;
  if (kafka.status === 'rejected' || postgres.status === 'rejected') {
    await stop();
    throw kafka.status === 'rejected' ? kafka.reason : (postgres as PromiseRejectedResult).reason;
  }
  const postgresUrl = `postgres://postgres@127.0.0.1:${postgresPort}`;
  return {
    brokers: kafka.value.brokers, postgresUrl, folder, stop,
    pids: { kafka: kafka.value.pid, postgres: postgres.value.pid },
    async database(name) {
      await onDatabase(`${postgresUrl}/postgres`, (client) => client.query(`create database ${name}`));
      return `${postgresUrl}/${name}`;
    },
  };
}

/** Runs some statements on a connection of their own. */
export async function onDatabase<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'bench' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
