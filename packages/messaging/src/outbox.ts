import avro from 'avsc';
import type { OutgoingRecord } from './broker/broker.ts';

const outboxType = avro.Type.forSchema({
  type: 'array',
  items: {
    type: 'record',
    name: 'OutboxRecord',
    fields: [
      { name: 'topic', type: 'string' },
      { name: 'partition', type: 'int' },
      { name: 'key', type: 'string' },
      { name: 'value', type: 'bytes' },
      { name: 'headers', type: { type: 'map', values: 'string' } },
    ],
  },
});

/** Packs all messages of a batch into the one outbox row of its transaction. */
export function packRecords(records: readonly OutgoingRecord[]): Buffer {
  return outboxType.toBuffer(records);
}

/** The inverse of `packRecords`; the bytes are our own, so a failure is a broken promise and throws. */
export function unpackRecords(packed: Buffer): readonly OutgoingRecord[] {
  return outboxType.fromBuffer(packed);
}
