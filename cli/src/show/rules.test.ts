import { creditControl, diffOf, promotion, shippedRules, templates } from '@order-mesh/rules';
import { adoptionLines } from './adoption.ts';
import { decisionLines } from './decisions.ts';
import { diffLines, fieldLines, ruleLines } from './rules.ts';
import { shadowLines, simulationLines } from './simulation.ts';

const set = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 }).get('credit-control')!;
const joined = (lines: readonly string[]): string => lines.join('\n');

describe('rules on the screen', () => {
  it('show their fields with labels, units and examples', () => {
    const text = joined(fieldLines(creditControl));
    for (const part of ['信用控制 Credit control', 'daysOverdue  最早一笔未收款逾期天数', 'money (CNY)', '1200 CNY', 'grant 放行, ask 冻结，待审批, refuse 拒绝', 'where no rule holds: verdict grant']) expect(text).toContain(part);
  });

  it('show what a rule says, and what another set changes of it', () => {
    expect(joined(ruleLines(creditControl, set))).toContain('freeze-overdue  daysOverdue > 45  ask');
    const filled = templates.get('freeze-over-days')!.fill(set, { days: '60' }, 0);
    const changes = filled.ok ? joined(diffLines(creditControl, diffOf(creditControl, set, filled.set))) : '';
    expect(changes).toContain('~ freeze-overdue, daysOverdue: > 45 becomes > 60');
    expect(changes).toContain('~ freeze-overdue: other tests (1, 2)');
    expect(diffLines(creditControl, diffOf(creditControl, set, set))).toEqual(['the same rules']);
  });

  it('show what would have changed: orders, money, approvals, examples', () => {
    const told = { simulationId: 's', point: 'credit-control', state: 'done', total: 10, checked: 10, changed: 3, detail: '' } as const;
    const outcomes = [{ was: 'grant', would: 'grant', orders: 7, amount: '700' }, { was: 'grant', would: 'ask', orders: 2, amount: '123456' }, { was: 'ask', would: 'grant', orders: 1, amount: '5' }];
    const examples = [{ orderId: 'O1', was: 'grant', would: 'ask', rule: 'freeze-overdue', facts: { customerId: 'C1', daysOverdue: 31 } }];
    const text = joined(simulationLines(creditControl, { ...told, outcomes, examples }));
    for (const part of ['3 of 10 past decisions would be others', '1,234.56', 'approvals asked for: 2 instead of 1 (+1)', 'O1: grant would be ask by freeze-overdue (customerId C1, daysOverdue 31 d)']) expect(text).toContain(part);
    expect(joined(simulationLines(creditControl, { ...told, checked: 0, changed: 0, outcomes: [], examples: [] }))).toContain('no past decisions of that time are kept');
  });

  it('show what would have been given instead, where rules give money, and what was not looked at', () => {
    const told = { simulationId: 's', point: 'promotion', state: 'done', total: 3, checked: 3, changed: 2, detail: 'only some are looked at' } as const;
    const outcomes = [{ was: 'none', would: 'none', orders: 1, amount: '100', given: '0', wouldGive: '0' }, { was: 'spring', would: 'spring', orders: 2, amount: '50000', given: '3000', wouldGive: '123456' }];
    const examples = [{ orderId: 'O1', was: 'spring', would: 'spring', rule: 'spring', facts: { customerId: 'C1' }, given: '1500', wouldGive: '61728' }];
    const text = joined(simulationLines(promotion, { ...told, outcomes, examples }));
    for (const part of ['2 of 3 past decisions would be others', 'only some are looked at', 'given: 1,234.56 CNY instead of 30.00 CNY (+1,204.56)', 'O1: spring would be spring by spring, 617.28 CNY off instead of 15.00 (customerId C1)']) expect(text).toContain(part);
    expect(text).not.toContain('approvals');
    expect(text).toContain('margin: of no order all costs are known');
  });

  it('show what would be left above the costs, of the orders whose costs are known', () => {
    const told = { simulationId: 's', point: 'promotion', state: 'done', total: 4, checked: 4, changed: 3, detail: '', examples: [] } as const;
    const outcomes = [
      { was: 'none', would: 'spring', orders: 3, amount: '60000', given: '0', wouldGive: '6000', margin: { orders: 2, paid: '40000', wouldPay: '36000', cost: '30000' } },
      { was: 'none', would: 'none', orders: 1, amount: '10000', given: '0', wouldGive: '0', margin: { orders: 1, paid: '10000', wouldPay: '10000', cost: '11000' } },
    ];
    const text = joined(simulationLines(promotion, { ...told, outcomes }));
    expect(text).toContain('margin: 10.9 % instead of 18.0 %, 50.00 CNY instead of 90.00 CNY, of the 3 of 4 orders that stand and whose costs are known');
    expect(text).toMatch(/none +spring +3 +600\.00 +0\.00 +60\.00 +25\.0 % +16\.7 %/);
  });

  it('show what a change would have decided since it decides silently', () => {
    const shadow = {
      shadowId: 's', changeId: 'c1', point: 'credit-control', state: 'running', author: '王芳', since: '2026-06-01T04:00:00.000Z', until: '2026-06-08T04:00:00.000Z', decisions: 10, checked: 9, changed: 2, endedBecause: '', endedBy: null,
      outcomes: [{ was: 'grant', would: 'grant', orders: 7, amount: '700' }, { was: 'grant', would: 'ask', orders: 2, amount: '123456' }],
      examples: [{ orderId: 'O1', was: 'grant', would: 'ask', wasRule: null, rule: 'freeze-overdue', facts: { customerId: 'C1', daysOverdue: 31 } }],
    } as const;
    const text = joined(shadowLines(creditControl, shadow));
    for (const part of ['change c1 at credit-control, since 2026-06-01 12:00:00, until 2026-06-08 12:00:00', '10 decisions on 9 orders; 2 would have come out otherwise', '1,234.56', 'approvals asked for: 2 instead of 0 (+2)',
      'O1: live says grant by no rule, shadow says ask by freeze-overdue (customerId C1, daysOverdue 31 d)']) expect(text).toContain(part);
    expect(joined(shadowLines(creditControl, { ...shadow, state: 'ended', endedBecause: 'stopped', endedBy: '李娜' }))).toContain('over: stopped by 李娜');
    expect(joined(shadowLines(creditControl, { ...shadow, decisions: 0, checked: 0, changed: 0, outcomes: [], examples: [] }))).toContain('nothing was decided beside it yet');
  });

  it('show by which rules an order was decided on, in words', () => {
    const decision = {
      point: 'credit-control', title: { zh: '信用控制', en: 'Credit control' }, decidedAt: '2026-06-01T04:00:00.000Z', rule: 'freeze-overdue', sentence: '逾期超过 45 天，冻结', hash: 'aa', version: 0,
      facts: { customerId: 'C1', daysOverdue: 46, amount: 120_000, exposure: 1, limit: 2 }, said: { verdict: 'ask', because: 'overdue' }, toldBy: 'CreditRefused',
    };
    const lines = decisionLines('O1', [decision, { ...decision, point: 'tomorrow', title: null, rule: null, sentence: '', version: null, facts: { a: 1 }, said: {} }]);
    expect(lines).toEqual([
      expect.stringContaining('2026-06-01 12:00:00  '), '  said   处理 冻结，待审批，原因 应收账款逾期', '  by     逾期超过 45 天，冻结 (freeze-overdue)', '  of     the shipped rules, aa',
      '  told   客户编码 C1，最早一笔未收款逾期天数 46 d，订单金额 1200 CNY，含本单的信用占用 0.01 CNY，信用额度 0.02 CNY', '  in     CreditRefused', '',
      expect.stringContaining('tomorrow'), '  said   nothing', '  by     no rule: what is said where none holds', '  of     rules that were never released here, aa', '  told   a 1', '  in     CreditRefused',
    ]);
    expect(decisionLines('O1', [])).toEqual(['no rule has decided on order O1 yet']);
  });

  it('show who changes them, and how long it takes', () => {
    const counts = { asked: 5, live: 4, liveByBusiness: 3, liveByIt: 0, liveByUnknown: 1, rollbacks: 1, rejected: 0, refused: 1 };
    const adoption = { ...counts, hasDirectory: true, businessShare: 0.75, leadTime: { changes: 3, medianSeconds: 5_400, p90Seconds: 172_800 }, months: [{ month: '2026-06', ...counts }], unknownAuthors: ['路人'] };
    expect(joined(adoptionLines(adoption))).toContain('4 changes went live: 3 by the business, 0 by IT, 1 by people nobody knows; share of the business 75 %\nfrom asked for to live: median 1.5 h, nine of ten within 2 d (3 proposals)\nnot in the directory: 路人');
    const none = joined(adoptionLines({ ...adoption, hasDirectory: false, businessShare: null, leadTime: null }));
    for (const part of ['APPROVALS_PEOPLE_FILE, which is not set', 'nothing is known of how long one takes', '2026-06']) expect(none).toContain(part);
  });
});
