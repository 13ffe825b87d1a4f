import { createRecordsBatch, type MessageRecord } from '@platformatic/kafka';
import fc from 'fast-check';
import { framed, unframed } from './frame.ts';
import { recordBatch } from './record-batch.ts';
import { takenRanges } from './taken-ranges.ts';

const content = fc.record({
  key: fc.string(),
  value: fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'), fc.string(), { maxKeys: 8 }),
});

describe('a framed record', () => {
  it('gives back what was put in', () => {
    fc.assert(fc.property(content, (one) => {
      expect(unframed(framed(one))).toEqual({ ...one, headers: { ...one.headers } });
    }));
  });

  it('is refused when a byte is missing', () => {
    const frame = framed({ key: 'o1', value: Buffer.from('x'), headers: { a: 'b' } });
    expect(() => unframed(frame.subarray(0, -1))).toThrow(expect.objectContaining({ code: 'BROKEN_PROMISE' }));
  });

  it('makes the very batch that the library makes of the same records', () => {
    fc.assert(fc.property(fc.array(content, { minLength: 1, maxLength: 200 }), fc.bigInt({ min: 0n, max: 1n << 40n }), (contents, producerId) => {
      const now = 1_790_000_000_000n;
      const theirs = contents.map(({ key, value, headers }): MessageRecord => ({
        topic: 't', partition: 0, timestamp: now, key: Buffer.from(key), value: value ?? undefined,
        headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
      } as MessageRecord));
      const sequences = { getWithDefault: () => 7 };
      const expected = createRecordsBatch(theirs, { producerId, producerEpoch: 3, sequences } as never).buffer;
      expect(recordBatch(contents.map(framed), { now, producerId, producerEpoch: 3, sequence: 7 }).equals(expected)).toBe(true);
    }));
  });
});

describe('records that need not come back', () => {
  const at = (partition: number, takenHere: boolean) => ({ topic: 't', partition, frame: Buffer.alloc(0), takenHere });

  it('are told by partition, where all of a partition were taken and the broker said where they are', () => {
    const records = [at(0, true), at(0, true), at(1, true), at(1, false), at(2, true), at(3, true)];
    const stored = [{ topic: 't', partition: 0, offset: 10n }, { topic: 't', partition: 1, offset: 5n }, { topic: 't', partition: 2, offset: -1n }];
    expect(takenRanges(records, stored)).toEqual([{ topic: 't', partition: 0, from: 10n, to: 12n }]);
  });
});
