import { price } from '../points/price.ts';
import type { Rule, RuleSet } from '../rule-set.ts';

const always = { from: null, until: null, counts: 'when-placed', owner: 'sales', reason: '整批发货省下的仓储与配送费用让给老客户' } as const;
/** Whatever else is taken off, so much of the list price is paid: in hundredths of a percent. */
const FLOOR = 8_500;

/** What a line of so many units costs less, in hundredths of a percent, by tier. */
const OFF: Readonly<Record<string, readonly [number, number, number]>> = { A: [200, 350, 500], B: [150, 250, 400], C: [100, 200, 300] };
const BANDS = [[5_000, 10_000], [10_000, 20_000], [20_000, null]] as const;

/** What is taken off lines as long as nobody has published other rules: volume prices for customers of a tier. */
export const priceRules = (): RuleSet => ({ point: price.name, rules: Object.entries(OFF).flatMap(([tier, offs]) => offs.map((off, band) => volume(tier, band, off))) });

function volume(tier: string, band: number, percentOff: number): Rule {
  const [above, most] = BANDS[band] ?? BANDS[0];
  const facts = { customerId: 'C0001', region: '江苏', tier, sku: 'P0001', unitPrice: 250 };
  const said = { percentOff, buy: 0, get: 0, floor: FLOOR };
  return {
    ...always, id: `volume-${tier.toLowerCase()}-${band + 1}`, title: `${tier} 级客户单行超过 ${above} 件${most === null ? '' : `、不超过 ${most} 件`}，让利 ${percentOff / 100}%，不低于标价 ${FLOOR / 100}%`,
    when: { tier: `"${tier}"`, quantity: most === null ? `> ${above}` : `(${above}..${most}]` }, then: said,
    tests: [{ given: { ...facts, quantity: above + 1 }, expect: said }, { given: { ...facts, tier: 'D', quantity: above + 1 }, expect: { percentOff: 0, floor: 0 } }],
  };
}
