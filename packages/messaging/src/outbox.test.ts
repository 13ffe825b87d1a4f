import { outgoing } from './broker/frame.ts';
import { packRecords, unpackRecords } from './outbox.ts';

const record = (topic: string, partition: number, text: string) => outgoing({ topic, partition, key: 'o1', value: Buffer.from(text), headers: { ce_id: text } });

describe('the outbox row of a batch', () => {
  it('gives back its records in their order, small and large', () => {
    for (const count of [1, 3, 2_000]) {
      const records = Array.from({ length: count }, (_, index) => record(`topic-${index % 3}`, index % 12, `${index}`));
      expect(unpackRecords(packRecords(records))).toEqual(records);
    }
  });

  it('takes a tenth of the place for what repeats itself', () => {
    const records = Array.from({ length: 2_000 }, () => record('credit.commands.v1', 1, 'x'.repeat(200)));
    expect(packRecords(records).length * 10).toBeLessThan(records.reduce((sum, { frame }) => sum + frame.length, 0));
  });

  it('says so when it was written by another build', () => {
    expect(() => unpackRecords(Buffer.from([9, 0, 0]))).toThrow(expect.objectContaining({ code: 'BROKEN_PROMISE' }));
  });
});
