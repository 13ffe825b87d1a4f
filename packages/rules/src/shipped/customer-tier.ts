import { customerTier } from '../points/customer-tier.ts';
import type { Rule, RuleSet } from '../rule-set.ts';
import { markets, wan, type Market } from './regions.ts';

const always = { from: null, until: null, counts: 'now', owner: 'sales', reason: '按累计金额分级，内陆与西部市场小，门槛相应降低' } as const;

/** From where on a customer is of tier C, B, A, in units of ten thousand yuan. */
const FROM: Readonly<Record<Market['id'], readonly [c: number, b: number, a: number]>> = { coast: [300, 600, 1_200], inland: [200, 400, 800], west: [120, 240, 480] };

/** Of which tier a customer is as long as nobody has published other rules. */
export const customerTierRules = (): RuleSet => ({ point: customerTier.name, rules: markets.flatMap(tiersIn) });

function tiersIn({ id, name, regions, example }: Market): readonly Rule[] {
  const [c, b, a] = FROM[id];
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
