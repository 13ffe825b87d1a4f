import fc from 'fast-check';
import { compile } from './compile.ts';
import { conflictsIn, refusing } from './conflicts.ts';
import type { Filled } from './form.ts';
import { creditControl, decisionPoints } from './points.ts';
import { approvalFlow } from './points/approval-flow.ts';
import { orderAnomaly } from './points/order-anomaly.ts';
import { price } from './points/price.ts';
import { shippedRules } from './shipped.ts';
import type { RuleSet } from './rule-set.ts';
import { templates } from './templates.ts';

const NOW = Date.UTC(2026, 5, 1);
const shipped = shippedRules({ freezeAfterDaysOverdue: 45, replenishToTimesSafety: 2 });
const credit = shipped.get('credit-control')!;
const fill = (name: string, set: RuleSet, values: Readonly<Record<string, string>>): Filled => templates.get(name)!.fill(set, values, NOW);
const filled = (name: string, set: RuleSet, values: Readonly<Record<string, string>>): { readonly set: RuleSet; readonly sentence: string } => {
  const made = fill(name, set, values);
  if (!made.ok) throw new TypeError(made.problems.join());
  return made;
};
const problems = (name: string, values: Readonly<Record<string, string>>, set = credit): readonly string[] => {
  const made = fill(name, set, values);
  return made.ok ? [] : made.problems;
};
const verdict = (set: RuleSet, facts: object): unknown => {
  const compiled = compile(creditControl, set);
  return compiled.ok && compiled.rules.decide({ customerId: 'C7', daysOverdue: 0, amount: 100, exposure: 100, limit: 100, ...facts }, { now: NOW, placedAt: NOW }).said['verdict'];
};

describe('a template', () => {
  it('freezes over other days', () => {
    const { set, sentence } = filled('freeze-over-days', credit, { days: '60' });
    expect(sentence).toBe('最早一笔未收款逾期超过 60 天，冻结，待大区经理审批');
    expect([60, 61].map((daysOverdue) => verdict(set, { daysOverdue }))).toEqual(['grant', 'ask']);
    expect(problems('freeze-over-days', { days: '6.5' })).toEqual(['days: "6.5" is finer than a whole number']);
    expect(problems('freeze-over-days', {})).toEqual(['days: "" is not a number']);
  });

  it('grants one customer for a time, although it is overdue, and lets other rules hold for it', () => {
    const large = filled('large-order-asks', credit, { amount: '2000.50' });
    expect(large.sentence).toBe('订单金额超过 2000.5 元，须人工审批');
    const { set, sentence } = filled('customer-exception', large.set, { customer: 'C7', days: '90', until: '2026-06-30' });
    expect(sentence).toBe('客户 C7 逾期不超过 90 天，照常放行，至 2026-06-30（含）');
    expect([90, 91].map((daysOverdue) => verdict(set, { daysOverdue }))).toEqual(['grant', 'ask']);
    expect([verdict(set, { daysOverdue: 90, customerId: 'C8' }), verdict(set, { daysOverdue: 90, amount: 200_051 }), verdict(set, { amount: 200_050 })]).toEqual(['ask', 'ask', 'grant']);
    expect(set.rules[0]).toMatchObject({ id: 'exception-c7', until: Date.UTC(2026, 5, 30, 16) });
    expect(filled('customer-exception', set, { customer: 'C7', days: '80', until: '2026-07-31' }).set.rules).toHaveLength(3);
    expect(filled('customer-exception', set, { customer: 'c7', days: '80', until: '2026-07-31' }).set.rules[0]).toMatchObject({ id: 'exception-c7-2' });
  });

  it('says which field is wrong', () => {
    expect(problems('customer-exception', { customer: 'a"b', days: '40', until: '2026-05-01' })).toEqual([
      'customer: must be a code of 1 to 60 letters, without quotes', 'until: must be a day to come, such as 2026-12-31', 'days: must be above 45, from where on everybody is frozen',
    ]);
    expect(problems('customer-exception', { customer: 'C7', days: '90', until: '2026-02-31' })).toHaveLength(1);
    const excepted = filled('customer-exception', credit, { customer: 'C7', days: '60', until: '2026-06-30' }).set;
    expect(problems('freeze-over-days', { days: '60' }, excepted)).toEqual([expect.stringContaining('exception-c7')]);
    expect(problems('customer-exception', { customer: 'C7', days: '90', until: '2026-06-30' }, { point: 'credit-control', rules: [] })).toEqual([expect.stringContaining('nothing to except from')]);
    expect(problems('fill-to-times', { times: '0' })).toEqual(['times: must be above 0 and less than there ever is']);
  });

  it('fills stock up to another multiple, everywhere or for one SKU', () => {
    const stock = shipped.get('replenishment')!;
    const one = filled('fill-to-times', stock, { times: '3', sku: 'P0001' });
    expect([one.sentence, one.set.rules.map(({ id, then }) => [id, then['fillTo']])]).toEqual(['存货 P0001 可用库存低于安全库存时，补至安全库存的 3 倍', [['fill-p0001', 300], ['fill-to-safety', 200]]]);
    const all = filled('fill-to-times', one.set, { times: '2.5' });
    expect([all.sentence, all.set.rules.map(({ then }) => then['fillTo'])]).toEqual(['可用库存低于安全库存时，补至安全库存的 2.5 倍', [300, 250]]);
  });

  it('takes something off the first order of a new customer', () => {
    const promotions = shipped.get('promotion')!;
    const { set, sentence } = filled('new-customer-first-order', promotions, { over: '300', off: '50', budget: '1000', until: '2026-06-30' });
    expect(sentence).toBe('新客首单满 300 元减 50 元，总预算 1000 元，至 2026-06-30（含）');
    expect(set.rules).toHaveLength(promotions.rules.length);
    expect(set.rules[0]).toMatchObject({ id: 'new-customer-first-order', when: { isFirstOrder: 'true', amount: '>= 300' }, then: { off: 5_000, percentOff: 0, budget: 100_000 }, from: null, until: Date.UTC(2026, 5, 30, 16) });
    expect(problems('new-customer-first-order', { over: '20', off: '30', budget: '10', since: 'x', until: '2026-01-01' }, promotions)).toEqual([
      'off: must not be more than the order comes to', 'budget: must be enough for one order', 'since: must be a day, such as 2026-12-01', 'until: must be a day to come, such as 2026-12-31',
    ]);
    expect(problems('new-customer-first-order', {}, promotions)).toEqual(['over: "" is not a number', 'off: "" is not a number']);
  });

  it('takes an area for its provinces, lets a province in it decide for itself, and refuses what no order carries', () => {
    const prices = shipped.get('price')!;
    const east = filled('regional-price', prices, { region: '华东', percent: '5' });
    expect([east.sentence, east.set.rules.at(-1)?.when]).toEqual(['华东 让利 5%', { region: '"上海", "江苏", "浙江", "安徽", "福建", "江西", "山东"', quantity: '<= 5000' }]);
    const wishes: readonly Readonly<Record<string, string>>[] = [{ region: '江苏省', percent: '7' }, { region: '华东', percent: '6' }, { region: '华东', percent: '2', sku: 'P1' }, { region: '上海', percent: '3', sku: 'P1' }, { region: '海外', percent: '1' }];
    const { set } = wishes.reduce((made, values) => filled('regional-price', made.set, values), east);
    expect(conflictsIn(price, set, NOW)).toEqual([]);
    const compiled = compile(price, set);
    const off = (region: string, sku: string): unknown => compiled.ok && compiled.rules.decide({ customerId: 'C7', region, tier: 'D', sku, quantity: 1, unitPrice: 100 }, { now: NOW, placedAt: NOW }).said['percentOff'];
    expect([off('浙江', 'P2'), off('江苏', 'P2'), off('江苏', 'P1'), off('上海', 'P1'), off('浙江', 'P1'), off('海外', 'P1'), off('北京', 'P1')]).toEqual([600, 700, 200, 300, 200, 100, 0]);
    expect(problems('regional-price', { region: '华西', percent: '5' }, prices)).toEqual([expect.stringMatching(/^region: no order carries 华西; there are 华东（上海、江苏.*海外$/)]);
  });

  it('asks a person for a discount over a part of the list prices, or over an amount, of orders of any size', () => {
    const anomalies = shipped.get('order-anomaly')!;
    const { set, sentence } = filled('large-discount-asks', anomalies, { percent: '20', amount: '5000' });
    expect(sentence).toBe('折让超过标价的 20%或超过 5000 元，须人工审批');
    expect(conflictsIn(orderAnomaly, set, NOW)).toEqual([]);
    const compiled = compile(orderAnomaly, set);
    const usual = { customerId: 'C7', region: '江苏', tier: 'D', amount: 20_000_00, lines: 3, quantity: 120, mostOfALine: 100, usualAmount: 15_000_00, times: 133, discount: 0 };
    const because = (facts: object): unknown => {
      const { verdict, because: why } = compiled.ok ? compiled.rules.decide({ ...usual, ...facts }, { now: NOW, placedAt: NOW }).said : {};
      return `${String(verdict)} ${String(why)}`;
    };
    expect([{ discount: 20_00 }, { discount: 20_01 }, { discountAmount: 5_000_00 }, { discountAmount: 5_000_01 }].map(because)).toEqual(['grant none', 'ask large-discount', 'grant none', 'ask large-discount']);
    // a large order, one that is unusual besides, one that is refused
    expect([{ amount: 900_000_00, times: 100, discountAmount: 5_000_01 }, { amount: 900_000_00, times: 2_001, discount: 20_01 }, { amount: 900_000_00, times: 2_001 }, { discount: 60_01 }, { mostOfALine: 100_001, discount: 20_01 }].map(because))
      .toEqual(['ask large-discount', 'ask large-discount', 'ask unusual-amount', 'refuse large-discount', 'refuse unusual-quantity']);
  });

  it('changes the one and leaves the other limit of discounts, and says what it can not do', () => {
    const anomalies = shipped.get('order-anomaly')!;
    const both = filled('large-discount-asks', anomalies, { percent: '20', amount: '5000' }).set;
    const changed = filled('large-discount-asks', both, { percent: '25' });
    expect([changed.sentence, changed.set.rules.length, conflictsIn(orderAnomaly, changed.set, NOW)]).toEqual(['折让超过标价的 25%或超过 5000 元，须人工审批', both.rules.length, []]);
    expect(filled('large-discount-asks', anomalies, { amount: '5000' }).sentence).toBe('折让超过标价的 30%或超过 5000 元，须人工审批');
    expect(problems('large-discount-asks', {}, anomalies)).toEqual(['percent: one of percent and amount has to be given']);
    expect(problems('large-discount-asks', { percent: '60' }, anomalies)).toEqual(['percent: must be below 60, from where on orders are refused']);
    expect(problems('large-discount-asks', { percent: 'x', amount: '0' }, anomalies)).toHaveLength(2);
    const edited = { ...both, rules: both.rules.map((rule) => (rule.id === 'flood' ? { ...rule, when: { ...rule.when, discount: '[1..2]' } } : rule)) };
    expect(problems('large-discount-asks', { percent: '20' }, edited)).toEqual([expect.stringContaining('（flood）')]);
  });

  it('says who decides on large discounts', () => {
    const { set, sentence } = filled('large-discount-decided-by', shipped.get('approval-flow')!, { role: 'general-manager' });
    expect([sentence, conflictsIn(approvalFlow, set, NOW)]).toEqual(['折让过大，由 general-manager 审批', []]);
    expect(set.rules.find(({ id }) => id === 'price-discount')).toMatchObject({ then: { role: 'general-manager', within: 4 } });
    expect(problems('large-discount-decided-by', {}, set)).toHaveLength(1);
  });

  it('gives gifts and regional prices that leave each other alone', () => {
    const prices = shipped.get('price')!;
    const regional = filled('regional-price', prices, { region: '江苏', percent: '5' });
    const { set, sentence } = filled('buy-get', regional.set, { sku: 'P0001', buy: '10', get: '1' });
    expect([regional.sentence, sentence]).toEqual(['江苏 让利 5%', '存货 P0001 买 10 送 1']);
    expect(set.rules.find(({ id }) => id === 'regional')).toMatchObject({ when: { region: '"江苏"', sku: 'not in ["P0001"]', quantity: '<= 5000' } });
    expect(problems('regional-price', { region: '江苏', percent: '5', sku: 'P0001' }, set)).toEqual([expect.stringContaining('buy-get-p0001')]);
    expect(filled('regional-price', set, { region: '江苏', percent: '7.5' }).set.rules).toHaveLength(set.rules.length);
    expect(problems('regional-price', { region: '', percent: '100', sku: '"' }, prices)).toHaveLength(3);
  });

  it('has one role decide over an amount, other rules up to there, and tells what it takes the place of', () => {
    const flows = shipped.get('approval-flow')!;
    const { set, sentence } = filled('approval-over-amount', flows, { amount: '1000000', role: 'general-manager' });
    expect(sentence).toBe('审批金额超过 1000000 元，由 general-manager 审批（代替 “信用审批，订单超过 200 万元，由销售总监审批，给两个工作日”）');
    expect(set.rules[0]).toMatchObject({ id: 'over-amount', when: { amount: '> 1000000' }, then: { role: 'general-manager', within: 0 } });
    expect(set.rules.find(({ id }) => id === 'credit-large')?.when).toMatchObject({ amount: '(500000..1000000]' });
    expect(set.rules.find(({ id }) => id === 'price-discount')?.when).toMatchObject({ amount: '<= 1000000' });
    const raised = filled('approval-over-amount', set, { amount: '1500000', role: 'general-manager' }).set;
    expect(raised.rules.map(({ id }) => id)).toEqual(set.rules.map(({ id }) => id));
    expect(raised.rules.find(({ id }) => id === 'credit-large')?.when).toMatchObject({ amount: '(500000..1500000]' });
    expect(problems('approval-over-amount', { amount: 'much', role: '' }, flows)).toHaveLength(2);
  });

  it('leaves alone what somebody has changed by hand since', () => {
    const { set } = filled('regional-price', shipped.get('price')!, { region: '江苏', percent: '5' });
    const changed: readonly Readonly<Record<string, string>>[] = [{ region: '"江苏"', tier: '"D"', quantity: '<= 5000' }, { region: '"江苏"', sku: '"P0007", "P0008"' }, { region: '"江苏", "浙江"' }, { region: '"江苏"', quantity: '[10..20]' }];
    for (const when of changed) {
      const edited = { ...set, rules: set.rules.map((rule) => (rule.id === 'regional' ? { ...rule, when } : rule)) };
      expect(filled('buy-get', edited, { sku: 'P0001', buy: '10', get: '1' }).set.rules.find(({ id }) => id === 'regional')?.when).toEqual(when);
    }
  });

  it('whatever is filled in after whatever, gives rules that can be released', () => {
    const credits = fc.oneof(
      fc.record({ name: fc.constant('freeze-over-days'), values: fc.record({ days: fc.integer({ min: 1, max: 100 }).map(String) }) }),
      fc.record({ name: fc.constant('large-order-asks'), values: fc.record({ amount: fc.integer({ min: 1, max: 5_000 }).map(String) }) }),
      fc.record({ name: fc.constant('customer-exception'), values: fc.record({ customer: fc.constantFrom('C0001', 'C2', 'c2', '客户'), days: fc.integer({ min: 1, max: 200 }).map(String), until: fc.constantFrom('2026-06-01', '2027-01-01') }) }),
    );
    const stocks = fc.record({ name: fc.constant('fill-to-times'), values: fc.oneof(fc.record({ times: fc.constantFrom('1', '2.25', '9') }), fc.record({ times: fc.constantFrom('1', '2.25', '9'), sku: fc.constantFrom('P0001', 'P2') })) });
    const firsts = fc.record({ name: fc.constant('new-customer-first-order'), values: fc.record({ over: fc.constantFrom('100', '250.5'), off: fc.constantFrom('1', '99'), until: fc.constantFrom('2026-06-01', '2027-03-01') }) });
    const skus = fc.constantFrom('P0001', 'P0002', 'p0001');
    const prices = fc.oneof(
      fc.record({ name: fc.constant('buy-get'), values: fc.record({ sku: skus, buy: fc.constantFrom('1', '10'), get: fc.constantFrom('1', '2') }) }),
      fc.record({ name: fc.constant('regional-price'), values: fc.oneof(fc.record({ region: fc.constantFrom('江苏', '广东', '华东', '上海'), percent: fc.constantFrom('1', '7.5') }), fc.record({ region: fc.constantFrom('江苏', '广东', '华东', '上海'), percent: fc.constantFrom('1', '7.5'), sku: skus })) }),
    );
    const overs = fc.record({ name: fc.constant('approval-over-amount'), values: fc.record({ amount: fc.constantFrom('1', '50000', '300000.5', '500000', '2000000', '9000000'), role: fc.constantFrom('sales-director', 'general-manager') }) });
    for (const [point, steps] of [['credit-control', credits], ['approval-flow', overs], ['replenishment', stocks], ['promotion', firsts], ['price', prices]] as const) {
      fc.assert(fc.property(fc.array<{ readonly name: string; readonly values: Readonly<Record<string, string>> }>(steps, { maxLength: 8 }), (all) => {
        const set = all.reduce((before, { name, values }) => {
          const made = fill(name, before, values);
          return made.ok ? made.set : before;
        }, shipped.get(point)!);
        const at = decisionPoints.get(point)!;
        expect(compile(at, set)).toMatchObject({ ok: true });
        expect(conflictsIn(at, set, NOW).filter(({ kind }) => refusing.has(kind))).toEqual([]);
      }));
    }
  });
});
