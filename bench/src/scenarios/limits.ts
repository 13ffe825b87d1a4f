import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createCodec, outgoing, platformaticBroker } from '@order-mesh/messaging';
import { percentilesOf } from '../harness/meter.ts';
import { onDatabase, type Servers } from '../harness/servers.ts';
import { orderAt } from '../workload.ts';
import { scaled } from './scenario.ts';

/** What this machine can do at best, one thing at a time. */
export interface Limits {
  readonly fdatasyncPerSecond: number;
  readonly fdatasyncMs: number;
  readonly kafkaRoundTripMs: number;
  readonly emptyTransactionMs: number;
  readonly codecMicroseconds: number;
}

const TIMES = 500;
const SYNC_FOR_MS = 3_000;
const ENCODINGS = 200_000;

export async function measureLimits(servers: Servers): Promise<Limits> {
  const fdatasyncPerSecond = syncsPerSecond(join(servers.folder, 'sync-probe'));
  return {
    fdatasyncPerSecond, fdatasyncMs: 1_000 / fdatasyncPerSecond,
    kafkaRoundTripMs: await kafkaRoundTrip(servers), emptyTransactionMs: await emptyTransaction(servers), codecMicroseconds: codecTime(),
  };
}

function syncsPerSecond(path: string): number {
  const file = openSync(path, 'w');
  const page = Buffer.alloc(4_096, 1);
  const startedAt = performance.now();
  let syncs = 0;
  for (const end = startedAt + scaled(SYNC_FOR_MS, 300); performance.now() < end; syncs += 1) {
    writeSync(file, page);
    fdatasyncSync(file);
  }
  closeSync(file);
  return syncs * 1_000 / (performance.now() - startedAt);
}

async function kafkaRoundTrip({ brokers }: Servers): Promise<number> {
  const broker = platformaticBroker({ brokers: [brokers], clientId: 'probe' });
  try {
    await broker.createTopics([{ name: 'bench-probe', partitions: 1 }]);
    const producer = await broker.producer();
    const record = outgoing({ topic: 'bench-probe', partition: 0, key: 'k', value: Buffer.alloc(200, 1), headers: {} });
    return await median(() => producer.publish([record]));
  } finally {
    await broker.close();
  }
}

const emptyTransaction = ({ postgresUrl }: Servers): Promise<number> =>
  onDatabase(`${postgresUrl}/postgres`, (client) => median(() => client.query('begin; commit')));

function codecTime(): number {
  const codec = createCodec();
  const message = { type: 'OrderPlaced', value: orderAt('o', 1) } as const;
  const times = scaled(ENCODINGS, 10_000);
  const round = (): void => {
    for (let time = 0; time < times; time += 1) if (!codec.decode(codec.encode(message)).ok) throw new Error('the codec cannot read what it wrote');
  };
  round();
  const startedAt = performance.now();
  round();
  return (performance.now() - startedAt) * 1_000 / times;
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < scaled(TIMES, 50); time += 1) {
    const startedAt = performance.now();
    await work();
    took.push(performance.now() - startedAt);
  }
  return percentilesOf(took).p50;
}
