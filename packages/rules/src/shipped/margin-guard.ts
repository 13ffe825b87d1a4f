import { marginGuard } from '../points/margin-guard.ts';
import type { Rule, RuleSet } from '../rule-set.ts';

const facts = { customerId: 'C0001', region: '江苏', tier: 'D', sku: 'P0001', quantity: 120, unitPrice: 250, margin: 25_00 };

/** What lines keep as long as nobody has published other rules. */
export const marginGuardRules = (): RuleSet => ({ point: marginGuard.name, rules: [leastMargin] });

const leastMargin: Rule = {
  id: 'least-margin', title: '任何促销与返利之后，每行毛利率不低于 5%', owner: 'finance', reason: '折让叠加不得击穿毛利', from: null, until: null, counts: 'now',
  when: {}, then: { least: 5_00 }, tests: [{ given: facts, expect: { least: 5_00 } }],
};
