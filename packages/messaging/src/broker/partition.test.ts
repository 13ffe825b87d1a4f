import { murmur2, partitionFor } from './partition.ts';

describe('the partition of a key', () => {
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as the Java client does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it.each([
    ['order-1', 12],
    ['订单-2026-0001', 12],
    ['', 12],
  ])('keeps %s between 0 and the number of partitions, also where the hash is negative', (key, count) => {
    expect(partitionFor(key, count)).toBeGreaterThanOrEqual(0);
    expect(partitionFor(key, count)).toBeLessThan(count);
  });

  it('puts the known order ids where the Java client puts them', () => {
    expect(['21', 'foobar', '订单-2026-0001', ''].map((key) => partitionFor(key, 12))).toEqual([0, 6, 5, 9]);
  });
});
