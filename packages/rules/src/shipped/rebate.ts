import { rebate } from '../points/rebate.ts';
import type { Rule, RuleSet } from '../rule-set.ts';
import { markets, wan, type Market } from './regions.ts';

const always = { from: null, until: null, counts: 'when-placed', owner: 'sales', reason: '年度框架协议：多买多返，当单兑现' } as const;

/** What is given back on the coast, in hundredths of a percent, by tier; one step more for orders of 5 and of 20 ten thousand yuan. */
const PERCENT: Readonly<Record<string, readonly [number, number, number]>> = { A: [150, 200, 250], B: [100, 150, 200], C: [50, 80, 120] };
/** So much more where transport costs customers more. */
const MORE: Readonly<Record<Market['id'], number>> = { coast: 0, inland: 20, west: 50 };
/** In units of ten thousand yuan. */
const BANDS = [[0, 5], [5, 20], [20, null]] as const;

/** What customers of a tier are given back as long as nobody has published other rules. */
export const rebateRules = (): RuleSet => ({
  point: rebate.name, rules: markets.flatMap((market) => Object.entries(PERCENT).flatMap(([tier, percents]) => percents.map((percent, band) => giveBack(market, { tier, band, percent: percent + MORE[market.id] })))),
});

interface Step {
  readonly tier: string;
  readonly band: number;
  readonly percent: number;
}

function giveBack({ id, name, regions, example }: Market, { tier, band, percent }: Step): Rule {
  const [least, most] = BANDS[band] ?? BANDS[0];
  const facts = { customerId: 'C0001', region: example, turnover: wan(1_000) };
  const amount = most === null ? `>= ${least}0000` : least === 0 ? `< ${most}0000` : `[${least}0000..${most}0000)`;
  return {
    ...always, id: `rebate-${tier.toLowerCase()}-${band + 1}-${id}`, title: `${name} ${tier} 级客户单笔${most === null ? `满 ${least} 万元` : `不足 ${most} 万元${least === 0 ? '' : `、满 ${least} 万元`}`}，返利 ${percent / 100}%`,
    when: { region: regions, tier: `"${tier}"`, amount }, then: { percent },
    tests: [
      { given: { ...facts, tier, amount: wan(least) }, expect: { percent } }, { given: { ...facts, tier: 'D', amount: wan(least) }, expect: { percent: 0 } },
      { given: { ...facts, region: '海外', tier, amount: wan(least) }, expect: { percent: 0 } },
    ],
  };
}
