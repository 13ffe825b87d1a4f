import { MeshError } from '@order-mesh/kernel';
import { createCodec, type Broker, type Consumer, type IncomingRecord, type Position } from '@order-mesh/messaging';
import { shownRecord, type ShownRecord } from '../show/records.ts';

export interface TailWishes {
  readonly topic: string;
  /** All there is, not only what comes from now on. */
  readonly fromBeginning: boolean;
  /** Only records of this order. */
  readonly order?: string;
  /** Ends after so many records shown. */
  readonly limit?: number;
  /** False: ends with what is there now. */
  readonly follow: boolean;
}

const MAX_RECORDS = 500;

/** Reads a topic, decodes each record and hands it to `show`, until enough was shown or `ending`. Throws BAD_REQUEST for a topic that is not there. */
export async function tailTopic(broker: Broker, wishes: TailWishes, show: (record: ShownRecord) => void, ending: AbortSignal): Promise<void> {
  const known = await broker.topics();
  if (!known.some(({ name }) => name === wishes.topic)) {
    throw new MeshError('BAD_REQUEST', { advice: `there is no topic ${wishes.topic}; "mesh topics list" shows those there are` });
  }
  const ends = await broker.ends([wishes.topic]);
  const consumer = await broker.consumer({ groupId: `mesh-tail-${process.pid}-${Date.now()}`, topics: [wishes.topic], maxRecords: MAX_RECORDS });
  const close = (): void => void consumer.close();
  ending.addEventListener('abort', close, { once: true });
  try {
    await read(consumer, ends, wishes, show);
  } finally {
    ending.removeEventListener('abort', close);
    await consumer.close();
  }
}

async function read(consumer: Consumer, ends: readonly Position[], wishes: TailWishes, show: (record: ShownRecord) => void): Promise<void> {
  const codec = createCodec();
  const left = new Map(ends.map(({ partition, offset }) => [partition, offset]));
  const isThere = (): boolean => [...left.values()].every((offset) => offset <= 0n);
  let shown = 0;
  while (wishes.follow || !isThere()) {
    const records = await consumer.next();
    if (records.length === 0) return;
    for (const record of records) {
      const wasThere = record.offset < (ends.find(({ partition }) => partition === record.partition)?.offset ?? 0n);
      if (isLastOf(record, ends)) left.set(record.partition, 0n);
      if (!isWanted(record, wishes, wasThere)) continue;
      show(shownRecord(record, codec.decode(record.value)));
      shown += 1;
      if (shown === wishes.limit) return;
    }
  }
}

const isLastOf = (record: IncomingRecord, ends: readonly Position[]): boolean =>
  ends.some(({ partition, offset }) => partition === record.partition && record.offset >= offset - 1n);

function isWanted({ key }: IncomingRecord, { fromBeginning, follow, order }: TailWishes, wasThere: boolean): boolean {
  if (order !== undefined && key !== order) return false;
  return wasThere ? fromBeginning || !follow : follow;
}
