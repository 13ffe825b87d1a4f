import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { contracts, type AnyMessage } from '@order-mesh/contracts';
import { createBroker, createCodec, outgoing, partitionFor } from '@order-mesh/messaging';
import type { VerifyOptions } from '@order-mesh/verify';
import { kafkaAdmin, superuserUrl, type RunningMesh } from './running-mesh.ts';
import { violations } from './violations.ts';

/** What a simulator tells of itself at `/_sim/ledger`: rows by their kind. */
export type Ledger = Record<string, Record<string, unknown>[]>;

/** Makes a running mesh say what is not so. */
export interface Planting {
  query(sql: string): Promise<void>;
  /** The one value that a query gives, as text. */
  one(sql: string): Promise<string>;
  /** What offends between `plant` and `repair`, two pieces of SQL. */
  planted(plant: string, repair: string, options?: VerifyOptions): Promise<readonly string[]>;
  /** The address of a partner whose ledger says something else than that of the one at `url`. */
  lying(url: string, lie: (ledger: Ledger) => unknown): Promise<string>;
  /** `beside`: so many partitions beside the right one; `cut`: without its last bytes. */
  publish(message: AnyMessage & { readonly key: string }, how?: { readonly beside?: number; readonly cut?: number }): Promise<void>;
  close(): Promise<void>;
}

export async function openPlanting(mesh: RunningMesh): Promise<Planting> {
  const database = new pg.Client({ connectionString: superuserUrl(mesh) });
  await database.connect();
  const liars: Server[] = [];
  return {
    async query(sql) {
      await database.query(sql);
    },
    async one(sql) {
      const { rows: [row] } = await database.query<Record<string, string>>(sql);
      return String(Object.values(row ?? {})[0]);
    },
    async planted(plant, repair, options) {
      await database.query(plant);
      try {
        return await violations(mesh.note().addresses, options);
      } finally {
        await database.query(repair);
      }
    },
    async lying(url, lie) {
      const liar = createServer((_request, response) => {
        void fetch(`${url}/_sim/ledger`).then(async (answer) => { response.end(JSON.stringify(lie(await answer.json() as Ledger))); });
      });
      liars.push(liar);
      liar.listen(0, '127.0.0.1');
      await once(liar, 'listening');
      return `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
    },
    publish: (message, how = {}) => publish(mesh, message, how),
    async close() {
      for (const liar of liars) liar.close();
      await database.end();
    },
  };
}

async function publish(mesh: RunningMesh, message: AnyMessage & { readonly key: string }, { beside = 0, cut = 0 }: { readonly beside?: number; readonly cut?: number }): Promise<void> {
  const broker = createBroker({ driver: 'platformatic', brokers: [mesh.note().addresses.kafkaBrokers], clientId: 'test', security: kafkaAdmin(mesh) });
  const { topic } = contracts[message.type];
  const partitions = (await broker.topics()).find(({ name }) => name === topic)?.partitions ?? 1;
  const producer = await broker.producer();
  const right = partitionFor(message.key, partitions);
  const value = createCodec().encode(message);
  await producer.publish([outgoing({ topic, partition: (right + beside) % partitions, key: message.key, value: value.subarray(0, value.length - cut), headers: {} })]);
  await producer.close();
  await broker.close();
}
