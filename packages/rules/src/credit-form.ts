import type { Instant } from '@order-mesh/kernel';
import type { Values } from './field.ts';
import { dayAfter } from './form-days.ts';
import { always, codeIn, idFor, numberIn, otherThan, withRule, yuan, type Filled } from './form.ts';
import { creditControl } from './points.ts';
import type { Rule, RuleSet } from './rule-set.ts';

type Answers = Readonly<Record<string, string>>;

const FREEZE = 'freeze-overdue';
const LARGE = 'large-orders';
const EXCEPTION = 'exception';

/** Whoever is overdue by more than so many days waits for a person. */
export function freezeOver(set: RuleSet, { days }: Answers): Filled {
  const read = numberIn(creditControl, { of: 'daysOverdue', named: 'days', text: days });
  if (!read.ok) return read;
  const overtaken = exceptionsIn(set).filter((one) => one.days <= read.value);
  if (overtaken.length > 0) return wrong(`days: ${overtaken.map(({ rule }) => `${rule.title}（${rule.id}）`).join('; ')} would say nothing any more; take it out first`);
  const known = ruleOf(set, FREEZE);
  const rule: Rule = {
    ...always, id: FREEZE, title: `最早一笔未收款逾期超过 ${read.value} 天，冻结，待大区经理审批`, owner: known?.owner ?? 'finance', reason: known?.reason ?? '逾期客户继续发货会放大坏账',
    when: { daysOverdue: `> ${read.value}` }, then: say('ask', 'overdue'), tests: [],
  };
  return done(withRule(set, rule, 'last'), rule);
}

/** An order over an amount waits for a person. */
export function askForLarge(set: RuleSet, { amount }: Answers): Filled {
  const read = numberIn(creditControl, { of: 'amount', named: 'amount', text: amount });
  if (!read.ok) return read;
  const known = ruleOf(set, LARGE);
  const rule: Rule = {
    ...always, id: LARGE, title: `订单金额超过 ${yuan(read.value)} 元，须人工审批`, owner: known?.owner ?? 'sales', reason: known?.reason ?? '大额订单由人把关',
    when: { amount: `> ${yuan(read.value)}` }, then: say('ask', 'large-order'), tests: [],
  };
  return done(withRule(set, rule, 'last'), rule);
}

/** One customer is granted for a time although it is overdue, up to so many days; other rules hold for it as for everybody. */
export function grantCustomer(set: RuleSet, { customer, days, until }: Answers, now: Instant): Filled {
  const [code, most, end] = [codeIn('customer', customer), numberIn(creditControl, { of: 'daysOverdue', named: 'days', text: days }), dayAfter(until, now)];
  const freeze = freezeDaysIn(set);
  const problems = [code, most].flatMap((read) => (read.ok ? [] : read.problems));
  if (end === null) problems.push('until: must be a day to come, such as 2026-12-31');
  if (freeze === null) problems.push(`there is nothing to except from: no rule ${FREEZE} says "daysOverdue > ..."; begin with freeze-over-days`);
  if (most.ok && freeze !== null && most.value <= freeze) problems.push(`days: must be above ${freeze}, from where on everybody is frozen`);
  if (!code.ok || !most.ok || end === null || problems.length > 0) return { ok: false, problems };
  const known = exceptionsIn(set).find((one) => one.customer === code.value)?.rule;
  const rule: Rule = {
    ...always, id: known?.id ?? idFor(set, EXCEPTION, code.value), title: `客户 ${code.value} 逾期不超过 ${most.value} 天，照常放行，至 ${until ?? ''}（含）`, owner: known?.owner ?? 'sales',
    reason: known?.reason ?? '经批准的例外', until: end, when: { customerId: `"${code.value}"`, daysOverdue: `(${freeze ?? 0}..${most.value}]` }, then: say('grant', 'none'), tests: [],
  };
  return done(withRule(set, rule, 'first'), rule);
}

/** Exceptions lie within the freeze and end where large orders begin, and large orders end where the freeze begins: so nothing contradicts anything. Tests follow. */
function done(set: RuleSet, { title: sentence }: Rule): Filled {
  const form: Form = { freeze: freezeDaysIn(set), large: largeIn(set), customers: new Set(exceptionsIn(set).map(({ customer }) => customer)) };
  return { ok: true, set: { ...set, rules: set.rules.map((rule) => fitted(rule, form)) }, sentence };
}

interface Form {
  readonly freeze: number | null;
  /** In fen. */
  readonly large: number | null;
  readonly customers: ReadonlySet<string>;
}

function fitted(rule: Rule, form: Form): Rule {
  const { freeze, large } = form;
  const exception = exceptionOf(rule);
  if (exception && freeze !== null) {
    const { customer, days } = exception;
    const when = { customerId: `"${customer}"`, daysOverdue: `(${freeze}..${days}]`, ...(large !== null && { amount: `<= ${yuan(large)}` }) };
    return { ...rule, when, tests: [test(form, { customerId: customer, daysOverdue: days }, 'grant'), test(form, { customerId: customer, daysOverdue: days + 1 }, 'ask')] };
  }
  if (rule.id === FREEZE && freeze !== null) return { ...rule, tests: [test(form, { daysOverdue: freeze + 1 }, 'ask'), test(form, { daysOverdue: freeze }, 'grant')] };
  if (rule.id === LARGE && large !== null) return { ...rule, when: { amount: `> ${yuan(large)}`, ...(freeze !== null && { daysOverdue: `<= ${freeze}` }) }, tests: [test(form, { amount: large + 1 }, 'ask'), test(form, { amount: large }, 'grant')] };
  return rule;
}

/** A test on an order that no other rule of the form is about. */
function test({ large, customers }: Form, about: Values, verdict: string): Rule['tests'][number] {
  const amount = Math.min(120_000, large ?? 120_000);
  return { given: { customerId: otherThan(customers, 'C0001'), daysOverdue: 0, amount, exposure: 500_000, limit: 5_000_000, ...about }, expect: { verdict } };
}

/** What is said, as far as the point says it. */
function say(verdict: string, because: string): Values {
  const said: Values = { verdict, because };
  return Object.fromEntries(creditControl.outputs.map((field) => [field.name, said[field.name] ?? field.example]));
}

const ruleOf = (set: RuleSet, id: string): Rule | undefined => set.rules.find((rule) => rule.id === id);

function freezeDaysIn(set: RuleSet): number | null {
  const rule = ruleOf(set, FREEZE);
  const days = Object.keys(rule?.when ?? {}).length === 1 ? /^> (\d+)$/.exec(rule?.when['daysOverdue']?.trim() ?? '')?.[1] : undefined;
  return days === undefined ? null : Number(days);
}

function largeIn(set: RuleSet): number | null {
  const amount = /^> ([\d.]+)$/.exec(ruleOf(set, LARGE)?.when['amount']?.trim() ?? '')?.[1];
  const read = amount === undefined ? null : numberIn(creditControl, { of: 'amount', named: 'amount', text: amount });
  return read?.ok ? read.value : null;
}

interface Exception {
  readonly rule: Rule;
  readonly customer: string;
  readonly days: number;
}

const exceptionsIn = (set: RuleSet): readonly Exception[] => set.rules.flatMap((rule) => exceptionOf(rule) ?? []);

function exceptionOf(rule: Rule): Exception | null {
  if (!rule.id.startsWith(`${EXCEPTION}-`) && rule.id !== EXCEPTION) return null;
  const customer = /^"([^"]+)"$/.exec(rule.when['customerId']?.trim() ?? '')?.[1];
  const days = /^\(\d+\.\.(\d+)\]$/.exec(rule.when['daysOverdue']?.trim() ?? '')?.[1];
  return customer === undefined || days === undefined ? null : { rule, customer, days: Number(days) };
}

const wrong = (...problems: readonly string[]): Filled => ({ ok: false, problems });
