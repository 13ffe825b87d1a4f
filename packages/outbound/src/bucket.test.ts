import { seconds } from '@order-mesh/kernel';
import { Bucket, shareAfter, SLOW_FOR } from './bucket.ts';

const NOW = 1_000_000;

/** How many tokens whoever takes all there are gets in each second from `from` on. */
function takenASecond(bucket: Bucket, from: number, count: number): readonly number[] {
  const taken = Array.from({ length: count }, () => 0);
  for (let at = from; at < from + seconds(count); at += 1) {
    const second = Math.floor((at - from) / 1_000);
    while (bucket.waitMs(at) === 0) {
      bucket.take(at);
      taken[second] = (taken[second] ?? 0) + 1;
    }
  }
  return taken;
}

it('gives a second at once, and the agreed rate from then on', () => {
  expect(takenASecond(new Bucket(100), NOW, 3)).toEqual([199, 100, 100]);
});

it('begins with one call after a pause, and doubles every five seconds up to the agreed rate', () => {
  const bucket = new Bucket(100);
  bucket.beginSlowly(NOW);
  expect(bucket.waitMs(NOW)).toBe(0);
  bucket.take(NOW);
  expect(bucket.waitMs(NOW)).toBe(100);
  const taken = takenASecond(bucket, NOW, 20);
  expect(taken.slice(0, 6)).toEqual([10, 13, 14, 16, 19, 21]);
  expect(taken.slice(18)).toEqual([100, 100]);
  expect(taken).toEqual(taken.toSorted((one, other) => one - other));
});

it('begins with one a second when it was shut at its full rate, later with half of where it was, and counts what falls into one pause once', () => {
  const bucket = new Bucket(80);
  const shareAfterShutting = (from: number, ...untils: readonly number[]): number => {
    for (const until of untils) bucket.shutUntil(until, from);
    return bucket.share(Math.max(...untils));
  };
  expect(shareAfterShutting(NOW, NOW + 1_000, NOW + 1_005)).toBe(1 / 80);
  const later = NOW + 1_005 + 5_000 * Math.log2(20);
  expect(bucket.share(later)).toBeCloseTo(0.25);
  expect(shareAfterShutting(later, later + 1_000)).toBeCloseTo(0.125);
  for (let from = later + 1_000; from < later + 9_000; from += 1_000) bucket.shutUntil(from + 1_000, from);
  expect(bucket.share(later + 9_000)).toBeCloseTo(1 / 80);
});

it('is never faster after it was shut again, however slow it is at its best', () => {
  const bucket = new Bucket(5);
  bucket.shutUntil(NOW + 1_000, NOW);
  expect(bucket.share(NOW + 1_000)).toBe(0.1);
  bucket.shutUntil(NOW + 2_000, NOW + 1_000);
  expect(bucket.share(NOW + 2_000)).toBe(0.1);
});

it('is never slower than one call at a time', () => {
  const bucket = new Bucket(2);
  bucket.beginSlowly(NOW);
  bucket.take(NOW);
  expect(bucket.waitMs(NOW)).toBe(5_000);
  expect(bucket.waitMs(NOW + 5_000)).toBe(0);
});

it('ends being slow after its time', () => {
  expect([shareAfter(0), shareAfter(5_000), shareAfter(SLOW_FOR - 1) < 1, shareAfter(SLOW_FOR)]).toEqual([0.1, 0.2, true, 1]);
});
