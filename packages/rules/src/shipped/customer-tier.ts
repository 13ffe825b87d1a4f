import { customerTier } from '../points/customer-tier.ts';
import type { Rule, RuleSet } from '../rule-set.ts';
import { COAST, INLAND, listOf, WEST, wan } from './regions.ts';

const always = { from: null, until: null, counts: 'now', owner: 'sales', reason: '按累计金额分级，内陆与西部市场小，门槛相应降低' } as const;

interface Market {
  readonly id: string;
  readonly name: string;
  readonly regions: string;
  readonly example: string;
  /** From where on a customer is of tier C, B, A, in units of ten thousand yuan. */
  readonly from: readonly [c: number, b: number, a: number];
}

const markets: readonly Market[] = [
  { id: 'coast', name: '沿海', regions: listOf(COAST), example: '江苏', from: [300, 600, 1_200] },
  { id: 'inland', name: '内陆', regions: listOf(INLAND), example: '湖北', from: [200, 400, 800] },
  { id: 'west', name: '西部与东北', regions: listOf(WEST), example: '陕西', from: [120, 240, 480] },
];

/** Of which tier a customer is as long as nobody has published other rules. */
export const customerTierRules = (): RuleSet => ({ point: customerTier.name, rules: markets.flatMap(tiersIn) });

function tiersIn({ id, name, regions, example, from: [c, b, a] }: Market): readonly Rule[] {
  const bands = [['a', a, null], ['b', b, a], ['c', c, b]] as const;
  return bands.map(([letter, least, most]): Rule => {
    const tier = letter.toUpperCase();
    const facts = { customerId: 'C0001', region: example, orders: 100 };
    return {
      ...always, id: `tier-${letter}-${id}`, title: `${name}客户累计金额${most === null ? `${least} 万元以上` : ` ${least} 至 ${most} 万元`}，为 ${tier} 级`,
      when: { region: regions, turnover: most === null ? `>= ${least}0000` : `[${least}0000..${most}0000)` }, then: { tier },
      tests: [{ given: { ...facts, turnover: wan(least) }, expect: { tier } }, { given: { ...facts, turnover: wan(least) - 1 }, expect: { tier: { a: 'B', b: 'C', c: 'D' }[letter] } }],
    };
  });
}
