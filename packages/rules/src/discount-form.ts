import type { Values } from './field.ts';
import { always, codeIn, numberIn, withRule, yuan, type Filled, type Read } from './form.ts';
import { orderAnomaly } from './points/order-anomaly.ts';
import type { Rule, RuleSet } from './rule-set.ts';

type Answers = Readonly<Record<string, string>>;

const PERCENT = 'large-discounts';
const AMOUNT = 'large-discount-amounts';
const DECIDES = 'price-discount';

/** Where a large discount begins: in hundredths of a percent, in fen; null where no rule says so. */
interface Limits {
  readonly percent: number | null;
  readonly amount: number | null;
}

/**
 * An order whose discount is over a part of its list prices, or over an amount, waits for a person; what is not given stays as it is. Other rules that ask a person hold up to there, so that nothing contradicts anything; what is
 * refused stays refused.
 */
export function askForDiscount(set: RuleSet, { percent, amount }: Answers): Filled {
  const [part, money] = [given(percent, 'discount', 'percent'), given(amount, 'discountAmount', 'amount')];
  const others = set.rules.filter(({ id }) => id !== PERCENT && id !== AMOUNT);
  const limits: Limits = { percent: part?.ok ? part.value : limitIn(set, PERCENT, 'discount'), amount: money?.ok ? money.value : limitIn(set, AMOUNT, 'discountAmount') };
  const refusedFrom = leastOf(others.filter(refuses), 'discount');
  const problems = [part, money].flatMap((read) => (read && !read.ok ? read.problems : []));
  if (!part && !money) problems.push('percent: one of percent and amount has to be given');
  if (refusedFrom !== null && (limits.percent ?? 0) >= refusedFrom) problems.push(`percent: must be below ${refusedFrom / 100}, from where on orders are refused`);
  for (const { title, id } of others.filter((rule) => asks(rule) && !isFitting(rule))) problems.push(`percent: ${title}（${id}） says its discounts in a way that this form does not change; write the rules yourself`);
  if (problems.length > 0) return { ok: false, problems };
  const most = leastOf(others.filter(refuses), 'mostOfALine', 1);
  const rules = [...others.map((rule) => (asks(rule) ? below(rule, limits) : rule)), ...rulesOf(set, limits, { most, refusedFrom })];
  const over = [...(limits.percent === null ? [] : [`超过标价的 ${limits.percent / 100}%`]), ...(limits.amount === null ? [] : [`超过 ${yuan(limits.amount)} 元`])];
  return { ok: true, set: { ...set, rules }, sentence: `折让${over.join('或')}，须人工审批` };
}

/** Who decides on large discounts. */
export function discountDecidedBy(set: RuleSet, { role }: Answers): Filled {
  const who = codeIn('role', role);
  if (!who.ok) return who;
  const known = set.rules.find(({ id }) => id === DECIDES);
  const said: Values = { role: who.value, within: known?.then['within'] ?? 0 };
  const rule: Rule = {
    ...always, id: DECIDES, title: `折让过大，由 ${who.value} 审批`, owner: known?.owner ?? 'sales', reason: known?.reason ?? '价格由专人把关',
    when: { subject: '"price"', reason: '"large-discount"' }, then: said,
    tests: [{ given: { subject: 'price', reason: 'large-discount', customerId: 'C0001', region: '江苏', amount: 120_000_00 }, expect: said }],
  };
  return { ok: true, set: withRule(set, rule, 'first'), sentence: rule.title };
}

interface Edges {
  /** From more units of a line on orders are refused. */
  readonly most: number | null;
  readonly refusedFrom: number | null;
}

function rulesOf(set: RuleSet, { percent, amount }: Limits, { most, refusedFrom }: Edges): readonly Rule[] {
  const few: Rule['when'] = most === null ? {} : { mostOfALine: `<= ${most}` };
  const written = (id: string, title: string, draft: Pick<Rule, 'when' | 'tests'>): Rule => {
    const known = set.rules.find((rule) => rule.id === id);
    return { ...always, id, title, owner: known?.owner ?? 'sales', reason: known?.reason ?? '折让叠加可能击穿毛利', then: { verdict: 'ask', because: 'large-discount' }, ...draft };
  };
  const end = percent ?? refusedFrom;
  return [
    ...(percent === null ? [] : [written(PERCENT, `折让超过标价的 ${percent / 100}%，须人工审批`, { when: { ...few, discount: `> ${percent / 100}` }, tests: tests('discount', percent) })]),
    ...(amount === null ? [] : [written(AMOUNT, `折让超过 ${yuan(amount)} 元，须人工审批`, {
      when: { ...few, ...(end !== null && { discount: `<= ${end / 100}` }), discountAmount: `> ${yuan(amount)}` }, tests: tests('discountAmount', amount),
    })]),
  ];
}

const facts = { customerId: 'C0001', region: '江苏', tier: 'D', amount: 20_000_00, lines: 3, quantity: 120, mostOfALine: 100, usualAmount: 15_000_00, times: 133, discount: 0, discountAmount: 0 };
const tests = (of: 'discount' | 'discountAmount', limit: number): Rule['tests'] =>
  [{ given: { ...facts, [of]: limit + 1 }, expect: { verdict: 'ask', because: 'large-discount' } }, { given: { ...facts, [of]: limit }, expect: { verdict: 'grant' } }];

/** A rule as far as no discount is large. */
function below(rule: Rule, { percent, amount }: Limits): Rule {
  const { discount: _part, discountAmount: _money, ...when } = rule.when;
  return { ...rule, when: { ...when, ...(percent !== null && { discount: `<= ${percent / 100}` }), ...(amount !== null && { discountAmount: `<= ${yuan(amount)}` }) } };
}

const isFitting = ({ when }: Rule): boolean => [when['discount'], when['discountAmount']].every((cell) => cell === undefined || cell.trim() === '' || /^<= [\d.]+$/.test(cell));
const asks = ({ then }: Rule): boolean => then['verdict'] === 'ask';
const refuses = ({ then }: Rule): boolean => then['verdict'] === 'refuse';

const given = (text: string | undefined, of: string, named: string): Read<number> | null => (text === undefined ? null : numberIn(orderAnomaly, { of, named, text }));

/** Where a rule of the form begins, in whole units. */
const limitIn = ({ rules }: RuleSet, id: string, field: string): number | null => leastOf(rules.filter((rule) => rule.id === id), field);

function leastOf(rules: readonly Rule[], field: string, units = 100): number | null {
  const found = rules.flatMap(({ when }) => {
    const bound = /^(?:> |\()(\d+(?:\.\d{1,2})?)/.exec(when[field]?.trim() ?? '')?.[1];
    return bound === undefined ? [] : [Math.round(Number(bound) * units)];
  });
  return found.length === 0 ? null : Math.min(...found);
}
