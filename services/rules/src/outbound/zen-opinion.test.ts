import { creditControl, decisionPoints, replenishment } from '@order-mesh/rules';
import { facts, freezeOver, NOON, rule, shipped } from '../../test/scene.ts';
import { zenOpinion } from './zen-opinion.ts';

const opinion = zenOpinion();
afterAll(() => opinion.close());

describe('the second opinion', () => {
  it('agrees on the shipped rules, and where no rule holds', async () => {
    for (const [name, point] of decisionPoints) expect(await opinion.disagreements(point, shipped.get(name)!, NOON)).toEqual([]);
    const few = { point: 'replenishment', rules: [rule('few', { free: '< 5' }, '', { then: { fillTo: 150 }, tests: [{ given: { sku: 'P1', free: 9, safetyStock: 20 }, expect: { fillTo: 150 } }, { given: { sku: 'P1', free: 4, safetyStock: 20 }, expect: { fillTo: 150 } }] })] };
    expect(await opinion.disagreements(replenishment, few, NOON)).toEqual([]);
  });

  it('is heard on every test, in money, time and lists', async () => {
    const set = { point: creditControl.name, rules: [
      rule('friends', { customerId: 'not in ["C0001", "C0002"]', amount: '[100..2000.5)' }, 'grant', { from: NOON - 1_000, until: NOON + 1_000, tests: [{ given: facts(99, { customerId: 'C9', amount: 200_049 }), expect: { verdict: 'grant' } }] }),
      ...freezeOver(45).rules,
    ] };
    expect(await opinion.disagreements(creditControl, set, NOON)).toEqual([]);
  });

  it('says which test of which rule is understood in another way', async () => {
    // to GoRules the name is a subtraction
    const input = { name: 'days-overdue', type: 'days', label: { zh: '', en: '' }, least: 0, most: 999, example: 0 } as const;
    const late = rule('late', { 'days-overdue': '> 45' }, 'ask', { tests: [{ given: { 'days-overdue': 46 }, expect: { verdict: 'ask' } }] });
    expect(await opinion.disagreements({ ...creditControl, inputs: [input] }, { point: creditControl.name, rules: [late] }, NOON)).toEqual([expect.stringMatching(/^rule late, test 1: (we say .*, )?GoRules /)]);
  });
});
