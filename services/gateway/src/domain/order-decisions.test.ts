import { decisionsIn } from './order-decisions.ts';
import type { Entry, Json } from './timeline.ts';

const NOON = Date.UTC(2026, 5, 1, 4);
const entry = (type: string, at: number, ...decisions: readonly Json[]): Entry => ({ orderId: 'O1', id: `${type}${at}`, at: NOON + at, type, summary: '', value: { orderId: 'O1', decisions } });
const decision = (changes: Readonly<Record<string, Json>> = {}): Json => ({
  point: 'credit-control', rule: 'freeze-overdue', title: '逾期超过 45 天，冻结', hash: 'aa', facts: '{"daysOverdue":46}', said: '{"verdict":"ask"}', decidedAt: NOON + 5, placedAt: NOON, ...changes,
});

describe('what an order was decided on', () => {
  it('is told by whichever message came of it, in the order in which it was decided', () => {
    expect(decisionsIn([entry('DeliveryPlanned', 30, decision({ point: 'carrier-choice', decidedAt: NOON + 20 })), entry('CreditRefused', 9, decision())])).toEqual([
      { point: 'credit-control', title: { zh: '信用控制', en: 'Credit control' }, decidedAt: new Date(NOON + 5).toISOString(), rule: 'freeze-overdue', sentence: '逾期超过 45 天，冻结', hash: 'aa', facts: { daysOverdue: 46 }, said: { verdict: 'ask' }, toldBy: 'CreditRefused' },
      expect.objectContaining({ point: 'carrier-choice', toldBy: 'DeliveryPlanned' }),
    ]);
  });

  it('is told once however often it is answered, and again where it was decided again', () => {
    const all = decisionsIn([entry('CreditHeld', 12, decision({ decidedAt: NOON + 11, rule: null, title: '' })), entry('CreditRefused', 9, decision()), entry('CreditRefused', 10, decision())]);
    expect(all.map(({ rule, toldBy }) => [rule, toldBy])).toEqual([['freeze-overdue', 'CreditRefused'], [null, 'CreditHeld']]);
  });

  it('needs no word here of a new decision point, and survives what is no decision', () => {
    expect(decisionsIn([entry('OrderPriced', 1, decision({ point: 'price-of-tomorrow', facts: '{', said: 'x' }), 7, null)])).toMatchObject([{ point: '' }, { point: '' }, { point: 'price-of-tomorrow', title: null, facts: {}, said: {} }]);
    expect(decisionsIn([{ ...entry('CreditHeld', 1), value: { decisions: 'none' } }, { ...entry('CreditHeld', 2), value: null }])).toEqual([]);
  });
});
