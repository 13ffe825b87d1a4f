import type { Instant } from '@order-mesh/kernel';
import { dayAfter, dayBegins } from './form-days.ts';
import { numberIn, withRule, yuan, type Filled } from './form.ts';
import { promotion } from './points/promotion.ts';
import type { Rule, RuleSet } from './rule-set.ts';

const FIRST_ORDER = 'new-customer-first-order';

/** The first order of a new customer over an amount costs so much less, until the budget is gone. */
export function firstOrder(set: RuleSet, { over, off, budget, since, until }: Readonly<Record<string, string>>, now: Instant): Filled {
  const [least, less] = [numberIn(promotion, { of: 'amount', named: 'over', text: over }), numberIn(promotion, { of: 'off', named: 'off', text: off })];
  const most = budget === undefined ? null : numberIn(promotion, { of: 'budget', named: 'budget', text: budget });
  const [begins, ends] = [since === undefined ? null : dayBegins(since), until === undefined ? null : dayAfter(until, now)];
  const problems = [least, less, ...(most ? [most] : [])].flatMap((read) => (read.ok ? [] : read.problems));
  if (least.ok && less.ok && less.value > least.value) problems.push('off: must not be more than the order comes to');
  if (most?.ok && less.ok && most.value < less.value) problems.push('budget: must be enough for one order');
  if (since !== undefined && begins === null) problems.push('since: must be a day, such as 2026-12-01');
  if (until !== undefined && ends === null) problems.push('until: must be a day to come, such as 2026-12-31');
  if (begins !== null && ends !== null && begins >= ends) problems.push('until: must not be before since');
  if (!least.ok || !less.ok || (most && !most.ok) || problems.length > 0) return { ok: false, problems };
  const known = set.rules.find(({ id }) => id === FIRST_ORDER);
  const limits = [most ? `，总预算 ${yuan(most.value)} 元` : '', since === undefined ? '' : `，自 ${since} 起`, until === undefined ? '' : `，至 ${until}（含）`].join('');
  const rule: Rule = {
    id: FIRST_ORDER, title: `新客首单满 ${yuan(least.value)} 元减 ${yuan(less.value)} 元${limits}`, owner: known?.owner ?? 'marketing', reason: known?.reason ?? '请新客户试一次', from: begins, until: ends, counts: 'when-placed',
    when: { isFirstOrder: 'true', amount: `>= ${yuan(least.value)}` }, then: { off: less.value, percentOff: 0, budget: most?.value ?? 0 },
    tests: [
      { given: { ...facts, isFirstOrder: true, amount: least.value }, expect: { off: less.value } }, { given: { ...facts, isFirstOrder: true, amount: least.value - 1 }, expect: { off: 0 } },
      { given: { ...facts, isFirstOrder: false, amount: least.value - 1 }, expect: { off: 0 } },
    ],
  };
  return { ok: true, set: withRule(set, rule, 'first'), sentence: rule.title };
}

const facts = { customerId: 'C0001', region: '海外', tier: 'D', lines: 3, quantity: 120 };
