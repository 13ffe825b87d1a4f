import { rebate } from '../points/rebate.ts';
import type { Rule, RuleSet } from '../rule-set.ts';
import { wan } from './regions.ts';

const always = { from: null, until: null, counts: 'when-placed', owner: 'sales', reason: '年度框架协议：多买多返，当单兑现' } as const;

/** What is given back, in hundredths of a percent, by tier; one step more for orders of 5 and of 20 ten thousand yuan. */
const PERCENT: Readonly<Record<string, readonly [number, number, number]>> = { A: [150, 200, 250], B: [100, 150, 200], C: [50, 80, 120] };
/** In units of ten thousand yuan. */
const BANDS = [[0, 5], [5, 20], [20, null]] as const;

/** What customers of a tier are given back as long as nobody has published other rules. */
export const rebateRules = (): RuleSet => ({ point: rebate.name, rules: Object.entries(PERCENT).flatMap(([tier, percents]) => percents.map((percent, band) => giveBack(tier, band, percent))) });

function giveBack(tier: string, band: number, percent: number): Rule {
  const [least, most] = BANDS[band] ?? BANDS[0];
  const facts = { customerId: 'C0001', region: '江苏', turnover: wan(1_000) };
  const amount = most === null ? `>= ${least}0000` : least === 0 ? `< ${most}0000` : `[${least}0000..${most}0000)`;
  return {
    ...always, id: `rebate-${tier.toLowerCase()}-${band + 1}`, title: `${tier} 级客户单笔${most === null ? `满 ${least} 万元` : `不足 ${most} 万元${least === 0 ? '' : `、满 ${least} 万元`}`}，返利 ${percent / 100}%`,
    when: { tier: `"${tier}"`, amount }, then: { percent },
    tests: [{ given: { ...facts, tier, amount: wan(least) }, expect: { percent } }, { given: { ...facts, tier: 'D', amount: wan(least) }, expect: { percent: 0 } }],
  };
}
