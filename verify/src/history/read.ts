import { connect } from 'node:net';
import { MeshError, seconds } from '@order-mesh/kernel';
import { createBroker, placeOf, type Broker, type IncomingRecord, type Position } from '@order-mesh/messaging';
import type { Places } from '../places.ts';

/** A part of every partition: what was there when it was looked at. */
export interface Extent {
  readonly begins: readonly Position[];
  readonly ends: readonly Position[];
}

const CONNECT_WITHIN = seconds(3);
const RECORDS_AT_ONCE = 5_000;
/** A broker that gives nothing for so long, while it says there is something, will not. */
const SILENT_FOR = seconds(60);

/** Does the work with the broker. Throws BROKER_UNREACHABLE at once when nobody listens there, where a client would wait. */
export async function withBroker<Result>({ kafkaBrokers, kafkaSecurity }: Pick<Places, 'kafkaBrokers' | 'kafkaSecurity'>, work: (broker: Broker) => Promise<Result>): Promise<Result> {
  const brokers = kafkaBrokers.split(',').map((broker) => broker.trim());
  if (!(await Promise.all(brokers.map(isListening))).includes(true)) {
    throw new MeshError('BROKER_UNREACHABLE', { advice: `no Kafka answers at ${kafkaBrokers}; start the mesh (mesh up), or say where Kafka is with KAFKA_BROKERS` });
  }
  const broker = createBroker({ driver: 'platformatic', brokers, clientId: 'mesh-verify', ...(kafkaSecurity && { security: kafkaSecurity }) });
  try {
    return await work(broker);
  } finally {
    await broker.close();
  }
}

function isListening(address: string): Promise<boolean> {
  const split = address.lastIndexOf(':');
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, split), port: Number(address.slice(split + 1)), timeout: CONNECT_WITHIN });
    const answer = (there: boolean) => (): void => {
      socket.destroy();
      resolve(there);
    };
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false));
  });
}

/** Where the partitions of these topics begin and end now; topics that do not exist are left out. */
export async function extentOf(broker: Broker, wanted: readonly string[]): Promise<Extent> {
  const there = new Set((await broker.topics()).map(({ name }) => name));
  const topics = wanted.filter((topic) => there.has(topic));
  const [begins, ends] = await Promise.all([broker.begins(topics), broker.ends(topics)]);
  return { begins, ends };
}

/** Gives every record up to the ends, partition by partition in order, some thousand at a time. Throws TIMED_OUT when the broker falls silent. */
export async function* recordsUpTo(broker: Broker, { begins, ends }: Extent): AsyncGenerator<readonly IncomingRecord[]> {
  const begin = new Map(begins.map((at) => [placeOf(at), at.offset]));
  const left = new Map(ends.filter((end) => end.offset > (begin.get(placeOf(end)) ?? 0n)).map((end) => [placeOf(end), end.offset]));
  if (left.size === 0) return;
  const reader = await broker.reader({ from: begins.filter((at) => left.has(placeOf(at))), maxRecords: RECORDS_AT_ONCE });
  try {
    while (left.size > 0) {
      const records = await within(reader.next());
      yield records.filter((record) => record.offset < (left.get(placeOf(record)) ?? 0n));
      for (const record of records.filter((one) => one.offset + 1n >= (left.get(placeOf(one)) ?? 0n))) left.delete(placeOf(record));
    }
  } finally {
    await reader.close();
  }
}

async function within<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new MeshError('TIMED_OUT', { advice: `Kafka gave no record for ${SILENT_FOR / 1_000} s; see whether it is well, and run it again` })); }, SILENT_FOR);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
