import type { ApprovalItem } from './approval-view.ts';
import type { OrderItem } from './order-item.ts';
import type { Json, TimelineItem } from './timeline.ts';

/** What a customer owes, what goods cost and what an order brings: not for whoever sells. */
const FIELDS: ReadonlySet<string> = new Set(['evidence', 'prices', 'decisions', 'facts', 'exposure', 'limit', 'overdue', 'cost', 'margin', 'cuts']);

/** Steps whose refusals tell such figures in words. */
const STEPS: ReadonlySet<string> = new Set(['price', 'credit', 'approval', 'waiting-for-approval']);

/** Messages whose words tell them, and what is said instead. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['OrderPriced', 'it has a price'], ['PricingRefused', 'no price'], ['CreditHeld', 'credit is held'], ['CreditRefused', 'credit refused'],
  ['RequestApproval', 'asks for a decision on a refusal'], ['OrderRejected', 'rejected'], ['OrderNeedsAttention', 'needs a person'], ['AmendmentRefused', 'it stays as it was'],
]);

/** The order without the words of price and credit: the reason's code stays. */
export const withoutFinance = <Item extends Pick<OrderItem, 'step' | 'detail'>>(item: Item): Item =>
  (item.step !== null && STEPS.has(item.step) ? { ...item, detail: null } : item);

/** Null where they are, and told in no words. */
const OF_APPROVALS: ReadonlySet<string> = new Set(['evidence', 'price', 'meaning']);

export function approvalWithoutFinance(item: ApprovalItem): ApprovalItem {
  const hidden = Object.fromEntries(Object.keys(item).filter((name) => OF_APPROVALS.has(name)).map((name) => [name, null]));
  return { ...item, ...hidden, detail: item.reason };
}

export function timelineWithoutFinance(timeline: readonly TimelineItem[]): readonly TimelineItem[] {
  return timeline.map((item) => {
    const { type, step, value } = item;
    const told = textIn(value, 'step') ?? step;
    if (told === null || !STEPS.has(told)) return { ...item, value: without(value, FIELDS) };
    const words = WORDS.get(type);
    const reason = textIn(value, 'reason');
    return { ...item, value: without(value, WITH_WORDS), ...(words !== undefined && { summary: reason === null ? words : `${words}: ${reason}` }) };
  });
}

const WITH_WORDS: ReadonlySet<string> = new Set([...FIELDS, 'detail']);

function without(value: Json, names: ReadonlySet<string>): Json {
  if (isList(value)) return value.map((item) => without(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)).map(([name, field]) => [name, without(field, names)]));
}

function textIn(value: Json, name: string): string | null {
  if (typeof value !== 'object' || value === null || isList(value)) return null;
  const found = new Map(Object.entries(value)).get(name);
  return typeof found === 'string' ? found : null;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
