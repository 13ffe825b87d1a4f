import { seconds } from '@order-mesh/kernel';
import { LedgerBuckets } from './ledger-buckets.ts';

const NOW = 1_000_000;
const nothingHeld = () => 0;
const buckets = (perSecond = 10, largestBatch = 1) => new LedgerBuckets({ perSecond, largestBatch });

/** Takes all tokens a ledger has. */
function emptied(ledgers: LedgerBuckets, ledger: string, now = NOW): LedgerBuckets {
  while (ledgers.allows(ledger, now) > 0) ledgers.take([ledger], now);
  return ledgers;
}

describe('a bucket for each ledger', () => {
  it('gives an idle ledger a second of its rate, whatever another has used', () => {
    const ledgers = emptied(buckets(), 'A');
    expect([ledgers.allows('A', NOW), ledgers.allows('B', NOW)]).toEqual([0, 10]);
  });

  it('fills at the rate of the ledger', () => {
    const ledgers = emptied(buckets(), 'A');
    expect([99, 100, 550, 5_000].map((ms) => ledgers.allows('A', NOW + ms))).toEqual([0, 1, 5, 10]);
  });

  it('takes one token of a ledger for a batch, however many of its calls are in it', () => {
    const ledgers = buckets(10, 200);
    ledgers.take(['A', 'A', 'A', 'B'], NOW);
    expect([ledgers.allows('A', NOW), ledgers.allows('B', NOW)]).toEqual([1_800, 1_800]);
  });

  it('lets no more be taken up than its tokens carry, those counted that wait already', () => {
    const ledgers = emptied(buckets(), 'A');
    expect(ledgers.shares(32, NOW + 500, (ledger) => (ledger === 'A' ? 3 : 0))).toEqual({ mostOfOne: 10, allowances: [{ ledger: 'A', most: 2 }] });
  });

  it('forgets a ledger that is as it began', () => {
    const ledgers = emptied(buckets(), 'A');
    expect(ledgers.shares(32, NOW + seconds(2), nothingHeld)).toEqual({ mostOfOne: 10, allowances: [] });
  });

  it('tells of which ledgers more may be due than was taken up', () => {
    const shares = { mostOfOne: 3, allowances: [{ ledger: 'A', most: 1 }, { ledger: 'D', most: 0 }] };
    const claimed = ['A', 'B', 'B', 'B', 'C'].map((ledger) => ({ ledger }));
    expect(buckets().usedUp(claimed, shares).toSorted()).toEqual(['A', 'B', 'D']);
  });
});

describe('a ledger that the partner wants left alone', () => {
  it('gets no call until then, then slowly, and the others go on', () => {
    const ledgers = buckets(100);
    ledgers.throttle('A', NOW + seconds(30), NOW);
    expect([NOW, NOW + seconds(30) - 1, NOW + seconds(30)].map((now) => ledgers.allows('A', now))).toEqual([0, 0, 1]);
    expect([ledgers.throttledUntil('A', NOW), ledgers.throttledUntil('B', NOW), ledgers.allows('B', NOW)]).toEqual([NOW + seconds(30), undefined, 100]);
    ledgers.take(['A'], NOW + seconds(30));
    expect([500, 1_000, 5_000].map((ms) => ledgers.allows('A', NOW + seconds(30) + ms))).toEqual([0, 1, 2]);
  });

  it('is left alone until the later of two moments', () => {
    const ledgers = buckets();
    ledgers.throttle('A', NOW + seconds(30), NOW);
    ledgers.throttle('A', NOW + seconds(10), NOW);
    expect([ledgers.throttledUntil('A', NOW + seconds(20)), ledgers.throttledCount(NOW + seconds(20)), ledgers.throttledCount(NOW + seconds(30))]).toEqual([NOW + seconds(30), 1, 0]);
  });
});
