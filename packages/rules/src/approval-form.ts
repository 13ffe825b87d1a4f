import { codeIn, numberIn, always, withRule, yuan, type Filled } from './form.ts';
import { approvalFlow } from './points/approval-flow.ts';
import type { Rule, RuleSet } from './rule-set.ts';

const OVER = 'over-amount';

/** Whatever is about more than an amount is decided by one role; other rules hold up to there, and those that held only above it are taken out. */
export function decidedOver(set: RuleSet, { amount, role }: Readonly<Record<string, string>>): Filled {
  const [over, who] = [numberIn(approvalFlow, { of: 'amount', named: 'amount', text: amount }), codeIn('role', role)];
  if (!over.ok || !who.ok) return { ok: false, problems: [over, who].flatMap((read) => (read.ok ? [] : read.problems)) };
  const known = set.rules.find(({ id }) => id === OVER);
  const others = set.rules.filter(({ id }) => id !== OVER).map((rule) => ({ rule, span: spanOf(rule.when['amount']) }));
  const unread = others.flatMap(({ rule, span }) => (span === null ? [`amount: ${rule.title}（${rule.id}） says its amounts in a way that this form does not change; write the rules yourself`] : []));
  if (unread.length > 0) return { ok: false, problems: unread };
  const edges = { over: over.value, before: spanOf(known?.when['amount'])?.from ?? null };
  const fitted = others.map(({ rule, span }) => ({ rule, below: span && belowOf(rule, span, edges) }));
  const gone = fitted.flatMap(({ rule, below }) => (below === null ? [`“${rule.title}”`] : []));
  const rule: Rule = {
    ...always, id: OVER, title: `审批金额超过 ${yuan(over.value)} 元，由 ${who.value} 审批`, owner: known?.owner ?? 'finance', reason: known?.reason ?? '金额超出其他审批人的权限',
    when: { amount: `> ${yuan(over.value)}` }, then: { role: who.value, within: 0 },
    tests: [{ given: { subject: 'credit', reason: 'overdue', customerId: 'C0001', region: '江苏', amount: over.value + 1 }, expect: { role: who.value } }],
  };
  const kept = { ...set, rules: fitted.flatMap(({ below }) => (below === null ? [] : [below])) };
  return { ok: true, set: withRule(kept, rule, 'first'), sentence: gone.length === 0 ? rule.title : `${rule.title}（代替 ${gone.join('、')}）` };
}

/** Amounts of a rule, in fen; null where there is no end. */
interface Span {
  readonly from: number | null;
  readonly isFromIn: boolean;
  readonly to: number | null;
}

const EVERY: Span = { from: null, isFromIn: false, to: null };

/** Null for a cell of another form. */
function spanOf(cell: string | undefined): Span | null {
  if (cell === undefined || cell.trim() === '') return EVERY;
  const [, than, bound] = /^(>=?|<=) ([\d.]+)$/.exec(cell.trim()) ?? [];
  if (bound !== undefined) return than === '<=' ? withEnds(EVERY, { to: bound }) : withEnds({ ...EVERY, isFromIn: than === '>=' }, { from: bound });
  const [, opens, from, to] = /^([[(])(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)\]$/.exec(cell.trim()) ?? [];
  return from === undefined || to === undefined ? null : withEnds({ ...EVERY, isFromIn: opens === '[' }, { from, to });
}

function withEnds(span: Span, texts: { readonly from?: string; readonly to?: string }): Span | null {
  const ends = Object.entries(texts).map(([name, text]) => [name, numberIn(approvalFlow, { of: 'amount', named: 'amount', text })] as const);
  return ends.every(([, read]) => read.ok) ? { ...span, ...Object.fromEntries(ends.flatMap(([name, read]) => (read.ok ? [[name, read.value]] : []))) } : null;
}

interface Edges {
  readonly over: number;
  /** Where it was before; null for the first time. */
  readonly before: number | null;
}

/** The rule as far as it holds up to an amount, its tests likewise; null where it held only above. */
function belowOf(rule: Rule, { from, isFromIn, to }: Span, { over, before }: Edges): Rule | null {
  // what ended where the form had ended it, ends where it ends it now
  const end = to === null || to === before ? over : Math.min(to, over);
  if (from !== null && (from > end || (from === end && !isFromIn))) return null;
  const cell = from === null ? `<= ${yuan(end)}` : `${isFromIn ? '[' : '('}${yuan(from)}..${yuan(end)}]`;
  return end === to ? rule : { ...rule, when: { ...rule.when, amount: cell }, tests: rule.tests.filter(({ given }) => Number(given['amount']) <= end) };
}
