import { replayId, sequenceOf } from './replay-id.ts';

describe('a replay id', () => {
  it('leads back to its event, grows, and leaves gaps', () => {
    const ids = Array.from({ length: 500 }, (_, sequence) => replayId(sequence));
    ids.forEach((id, sequence) => expect(sequenceOf(id, 499)).toBe(sequence));
    const numbers = ids.map((id) => Number(id.readBigUInt64BE()));
    expect(numbers.every((number, place) => place === 0 || number > (numbers[place - 1] ?? 0))).toBe(true);
    expect(numbers.some((number, place) => place > 0 && number !== (numbers[place - 1] ?? 0) + 1)).toBe(true);
  });

  it('is refused when it was never given out', () => {
    expect(sequenceOf(replayId(10), 9)).toBeUndefined();
    expect(sequenceOf(Buffer.alloc(10, 7), 9)).toBeUndefined();
    expect(sequenceOf(Buffer.from('short'), 9)).toBeUndefined();
    const computed = replayId(5);
    computed.writeBigUInt64BE(computed.readBigUInt64BE() + 1n);
    expect(sequenceOf(computed, 9)).toBeUndefined();
  });
});
