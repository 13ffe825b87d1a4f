import { defaultPolicy } from '@order-mesh/contracts';
import { days, fen, type Instant } from '@order-mesh/kernel';
import { compile, creditControl, shippedRules } from '@order-mesh/rules';
import { overdueDays, reviewCredit, type Account, type CreditRequest } from './account.ts';
import { yuan } from './words.ts';

const NOW: Instant = Date.UTC(2026, 5, 1, 4);
const compiled = compile(creditControl, shippedRules({ freezeAfterDaysOverdue: defaultPolicy.credit.freezeAfterDaysOverdue, replenishToTimesSafety: 2 }).get('credit-control') ?? { point: '', rules: [] });
if (!compiled.ok) throw new TypeError('the shipped rules can be decided by');
const terms = { now: NOW, rules: compiled.rules };
const account: Account = { customerId: 'C1', limit: { amount: fen(1_000_000n), changedAt: NOW }, owed: 0n, held: 0n, oldestDueAt: null };
const order: CreditRequest = { orderId: 'O1', customerId: 'C1', amount: fen(100_000n), approvalId: null, revision: 0, startedAt: NOW };
const overdue = (count: number): Account => ({ ...account, oldestDueAt: NOW - days(count) });

describe('reviewing credit', () => {
  it('grants 1,000 of 10,000 to a customer who owes nothing', () => {
    expect(reviewCredit(account, order, terms)).toEqual({
      type: 'granted', exposure: 100_000n, limit: 1_000_000n,
      record: {
        facts: { customerId: 'C1', daysOverdue: 0, amount: 100_000, exposure: 100_000, limit: 1_000_000 }, moment: { now: NOW, placedAt: NOW }, said: { verdict: 'grant', because: 'none' }, rule: null,
        hash: compiled.rules.hash,
      },
    });
  });

  it('grants up to the limit to the fen, and not a fen more', () => {
    const busy = { ...account, owed: 500_000n, held: 400_000n };
    expect(reviewCredit(busy, order, terms)).toMatchObject({ type: 'granted', exposure: 1_000_000n });
    expect(reviewCredit(busy, { ...order, amount: fen(100_001n) }, terms)).toMatchObject({ type: 'refused' });
  });

  it('says in words how far over the limit an order goes, and that nobody may overturn it', () => {
    const busy = { ...account, owed: 500_000n, held: 400_000n };
    expect(reviewCredit(busy, { ...order, amount: fen(330_000n) }, terms)).toEqual({
      type: 'refused', record: null,
      refusal: {
        reason: 'over-limit', appealable: false,
        detail: 'would owe 12,300.00 CNY of 10,000.00 CNY allowed: 9,000.00 CNY owed or promised, 3,300.00 CNY asked',
      },
    });
  });

  it('freezes credit on day 46, not on day 45', () => {
    expect(reviewCredit(overdue(45), order, terms)).toMatchObject({ type: 'granted' });
    expect(reviewCredit(overdue(46), order, terms)).toMatchObject({
      type: 'refused', record: { rule: 'freeze-overdue', facts: { daysOverdue: 46 } },
      refusal: { reason: 'overdue', appealable: true, detail: 'rule freeze-overdue: oldest open receivable is 46 days overdue, would owe 1,000.00 CNY of 10,000.00 CNY allowed' },
    });
  });

  it('does what the rules in force say, and nothing that an approval overturns when they refuse', () => {
    const refusing = { now: NOW, rules: { decide: () => ({ said: { verdict: 'refuse', because: 'watched-customer' }, rule: 'no-more', hash: 'x' }) } };
    expect(reviewCredit(account, { ...order, approvalId: 'O1:credit' }, refusing)).toMatchObject({ type: 'refused', refusal: { reason: 'watched-customer', appealable: false } });
  });

  it('lets an approval overturn a freeze, never the limit', () => {
    const approved = { ...order, approvalId: 'O1:credit' };
    expect(reviewCredit(overdue(46), approved, terms)).toMatchObject({ type: 'granted' });
    expect(reviewCredit({ ...overdue(46), owed: 1_000_000n }, approved, terms)).toMatchObject({ refusal: { reason: 'over-limit', appealable: false } });
  });

  it('names the limit first when an account is frozen and over its limit, so that nobody appeals in vain', () => {
    expect(reviewCredit({ ...overdue(46), owed: 1_000_000n }, order, terms)).toMatchObject({ refusal: { reason: 'over-limit', appealable: false } });
  });

  it('refuses a customer the ERP has not named', () => {
    const refusal = { reason: 'unknown-customer', detail: 'customer C1 is not known to the ERP', appealable: false };
    expect(reviewCredit(undefined, order, terms)).toEqual({ type: 'refused', refusal, record: null });
    expect(reviewCredit({ ...account, limit: null }, order, terms)).toEqual({ type: 'refused', refusal, record: null });
  });

  it('never lets a negative order make room', () => {
    expect(reviewCredit(account, { ...order, amount: fen(-500n) }, terms)).toMatchObject({
      refusal: { reason: 'bad-amount', detail: 'an order adds 0.00 CNY or more, got -5.00 CNY' },
    });
  });

  it('stays exact where the sum leaves the range of an amount', () => {
    const strange = { ...account, owed: 2n ** 53n - 1n };
    expect(reviewCredit(strange, { ...order, amount: fen(2n ** 53n - 1n) }, terms)).toMatchObject({ refusal: { reason: 'over-limit' } });
  });
});

describe('days overdue', () => {
  it('counts calendar days in Shanghai, whatever the hour', () => {
    const dueLateOnMay1 = Date.UTC(2026, 4, 1, 15, 59);
    const dueEarlyOnMay2 = Date.UTC(2026, 4, 1, 16, 0);
    const earlyOnMay2 = Date.UTC(2026, 4, 1, 16, 30);
    expect(overdueDays({ ...account, oldestDueAt: dueLateOnMay1 }, earlyOnMay2)).toBe(1);
    expect(overdueDays({ ...account, oldestDueAt: dueEarlyOnMay2 }, earlyOnMay2)).toBe(0);
  });

  it('is 0 before the due date and where nothing is open', () => {
    expect(overdueDays(overdue(-10), NOW)).toBe(0);
    expect(overdueDays(account, NOW)).toBe(0);
  });
});

it('writes amounts as people read them', () => {
  expect([0n, 5n, -105n, 1_230_000n, 123_456_789_012n].map(yuan))
    .toEqual(['0.00 CNY', '0.05 CNY', '-1.05 CNY', '12,300.00 CNY', '1,234,567,890.12 CNY']);
});
