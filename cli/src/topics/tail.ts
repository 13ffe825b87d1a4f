import { MeshError } from '@order-mesh/kernel';
import { createCodec, type Broker, type Position, type RecordReader } from '@order-mesh/messaging';
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
  const from = wishes.fromBeginning || !wishes.follow ? await broker.begins([wishes.topic]) : ends;
  const reader = await broker.reader({ from, maxRecords: MAX_RECORDS });
  const close = (): void => void reader.close();
  ending.addEventListener('abort', close, { once: true });
  try {
    await read(reader, { from, ends }, wishes, show);
  } finally {
    ending.removeEventListener('abort', close);
    await reader.close();
  }
}

interface Extent {
  readonly from: readonly Position[];
  readonly ends: readonly Position[];
}

async function read(reader: RecordReader, { from, ends }: Extent, wishes: TailWishes, show: (record: ShownRecord) => void): Promise<void> {
  const codec = createCodec();
  const endOf = new Map(ends.map(({ partition, offset }) => [partition, offset]));
  const left = new Set(from.flatMap(({ partition, offset }) => (offset < (endOf.get(partition) ?? 0n) ? [partition] : [])));
  let shown = 0;
  while (wishes.follow || left.size > 0) {
    const records = await reader.next();
    if (records.length === 0) return;
    for (const record of records) {
      const end = endOf.get(record.partition) ?? 0n;
      if (record.offset >= end - 1n) left.delete(record.partition);
      const isWanted = (wishes.follow || record.offset < end) && (wishes.order === undefined || record.key === wishes.order);
      if (!isWanted) continue;
      show(shownRecord(record, codec.decode(record.value)));
      shown += 1;
      if (shown === wishes.limit) return;
    }
  }
}
