import colors from 'picocolors';
import { fen } from '@order-mesh/kernel';
import type { Approval, Evidence, Order, OrderStatus, OrderStory, TimelineItem } from '../gateway/order.ts';
import { shownYuan } from './money.ts';
import { fit, table } from './text.ts';
import { shownClock, shownDuration, shownInstant } from './time.ts';

/** Orders as a table, one a line. */
export function orderLines(orders: readonly Order[]): readonly string[] {
  if (orders.length === 0) return ['no such orders'];
  const heading = ['order', 'customer', 'amount', 'status', 'step', 'placed', 'took', 'why'];
  const rows = orders.map((order) => [
    order.orderId, fit(`${order.customerId} ${order.customerName}`, 26).trimEnd(), amountOf(order.amountFen), order.status, order.step ?? '',
    shownInstant(Date.parse(order.placedAt)), order.leadTimeMs === null ? '' : shownDuration(order.leadTimeMs), order.detail ?? order.reason ?? '',
  ]);
  return table([heading, ...rows]);
}

/** One order with its story: every message, step, retry and undo, with times. */
export function storyLines(story: OrderStory): readonly string[] {
  const { orderId, source, externalId, customerId, customerName, region, amountFen, status, detail, reason, placedAt, leadTimeMs, timeline } = story;
  const took = leadTimeMs === null ? '' : ` after ${shownDuration(leadTimeMs)}`;
  const why = detail ?? reason;
  return [
    `${colors.bold(`order ${orderId}`)} from ${source}${externalId === orderId ? '' : ` (${externalId} there)`}`,
    `${customerName} (${customerId}, ${region}), ${amountOf(amountFen)}, placed ${shownInstant(Date.parse(placedAt))} in Shanghai`,
    `${MARKS[status](status)}${took}${why === null ? '' : `: ${why}`}`,
    '',
    ...timelineLines(timeline),
  ];
}

/** The messages of an order, each with its time, what passed since the one before, its step and who sent it. */
export function timelineLines(timeline: readonly TimelineItem[]): readonly string[] {
  const times = timeline.map(({ at }) => Date.parse(at));
  return timeline.map((item, index) => {
    const since = index === 0 ? '' : `+${shownDuration((times[index] ?? 0) - (times[index - 1] ?? 0))}`;
    const again = item.attempt > 1 ? ` (attempt ${item.attempt})` : '';
    const line = `${shownClock(times[index] ?? 0)} ${since.padStart(9)}  ${fit(item.step ?? 'order', 9)} ${fit(item.from, 18)} ${arrowOf(item)} ${item.type}${again}: ${item.summary}`;
    return isTrouble(item) ? colors.yellow(line) : line;
  });
}

const UNDO = /^(?:Release|Void|Cancel|Unbook|Withdraw)(?!Requested|Refused)/;
const UNDONE = /(?:Released|Voided|Unbooked|DeliveryCancelled|Withdrawn)$/;
const NO = /(?:Refused|Denied|Rejected|Ignored|Unacceptable|NeedsAttention)$/;

/** → asks, ✓ done, ✘ refused, ← goes back. */
function arrowOf({ type, kind }: TimelineItem): string {
  if (NO.test(type)) return '✘';
  if (UNDONE.test(type) || UNDO.test(type)) return '←';
  return kind === 'command' ? '→' : '✓';
}

const isTrouble = (item: TimelineItem): boolean => ['✘', '←'].includes(arrowOf(item));

/** Questions to a person as a table. */
export function approvalLines(approvals: readonly Approval[]): readonly string[] {
  if (approvals.length === 0) return ['nothing waits for a decision'];
  const heading = ['approval', 'order', 'customer', 'amount', 'status', 'who', 'until', 'why'];
  const rows = approvals.map(({ approvalId, orderId, customerId, amountFen, status, role, escalatedTo, deadline, detail, decidedBy, onBehalfOf }) => [
    approvalId, orderId, customerId, amountOf(amountFen), status, whoOf({ role, escalatedTo, decidedBy, onBehalfOf }), shownInstant(Date.parse(deadline)), detail,
  ]);
  return [...table([heading, ...rows]), ...approvals.flatMap(evidenceLines)];
}

/** What whoever decides has to know of the customer, and of what the order brings. */
function evidenceLines({ approvalId, status, evidence, meaning }: Approval): readonly string[] {
  if (!meaning || status !== 'open') return [];
  return ['', `${approvalId}: if granted, ${meaning}`, ...(evidence ? customerLines(evidence) : [])];
}

function customerLines(evidence: Evidence): readonly string[] {
  const { daysOverdue, overdueFen, receivables, paid, ordersConfirmed, amountConfirmedFen, ordersRefused } = evidence;
  return [
    `  overdue: ${amountOf(overdueFen)}, ${daysOverdue} days at most; ${paid} of ${receivables} receivables are paid`,
    `  before: ${ordersConfirmed} orders confirmed (${amountOf(amountConfirmedFen)}), ${ordersRefused} refused credit`,
  ];
}

/** Who decided and in whose place; who may, before that. */
function whoOf({ role, escalatedTo, decidedBy, onBehalfOf }: Pick<Approval, 'role' | 'escalatedTo' | 'decidedBy' | 'onBehalfOf'>): string {
  if (decidedBy === null) return escalatedTo === null ? role : `${role}, ${escalatedTo}`;
  return onBehalfOf === null ? decidedBy : `${decidedBy} for ${onBehalfOf}`;
}

const plain = (text: string): string => text;
const MARKS: Readonly<Record<OrderStatus, (text: string) => string>> = {
  confirmed: colors.green, rejected: colors.yellow, cancelled: colors.yellow, manual: colors.red, undoing: colors.yellow, running: plain,
};

function amountOf(amountFen: string | null): string {
  return amountFen === null ? '' : `${shownYuan(fen(BigInt(amountFen)))} yuan`;
}
