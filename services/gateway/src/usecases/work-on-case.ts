import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { caseItemOf, caseStatusOf, type CaseItem } from '../domain/case-view.ts';
import type { CaseViews } from './ports.ts';

interface CaseWish {
  readonly orderId: string;
  /** Names this request, so that repeating its transaction repeats the same message. */
  readonly requestId: string;
  readonly trace: Trace;
}

export interface AssignWish extends CaseWish {
  readonly assignee: string;
  readonly assignedBy: string;
}

export interface ResolveWish extends CaseWish {
  readonly decision: string;
  readonly decidedBy: string;
  readonly note: string;
}

export type CaseAsked =
  | { readonly type: 'asked'; readonly item: CaseItem }
  | { readonly type: 'unknown' }
  | { readonly type: 'closed'; readonly why: string };

interface Means {
  readonly cases: CaseViews;
  readonly log: Log;
}

export type AssignCase = (wish: AssignWish, unit: Unit) => Promise<CaseAsked>;
export type ResolveCase = (wish: ResolveWish, unit: Unit) => Promise<CaseAsked>;

/** Has a person look after the case, unless nothing is left to do about it. */
export const assignCase = ({ cases, log }: Means): AssignCase => async ({ orderId, assignee, assignedBy, requestId, trace }, unit) => {
  const known = await find(cases, orderId, unit);
  if (known.type !== 'asked') return known;
  unit.send({ type: 'AssignCase', value: { orderId, assignee, assignedBy, assignedAt: unit.now } }, { id: `http/case/${requestId}`, trace });
  log.info('case assigned', { orderId, assignee, assignedBy });
  return known;
};

/** Carries a person's decision to whoever keeps the case, unless it can no longer be decided. */
export const resolveCase = ({ cases, log }: Means): ResolveCase => async ({ orderId, decision, decidedBy, note, requestId, trace }, unit) => {
  const known = await find(cases, orderId, unit);
  if (known.type !== 'asked') return known;
  if (known.item.status === 'retrying') return { type: 'closed', why: `${known.item.decidedBy ?? 'somebody'} has decided ${known.item.decision ?? ''}, and the order is on its way to its end; if that fails, the case is opened again` };
  if (known.item.kind === 'stuck' && decision !== 'accept') return { type: 'closed', why: 'the order is stuck, not undone: cancel it, or accept it as it stands' };
  unit.send({ type: 'DecideCase', value: { orderId, decision, decidedBy, note, decidedAt: unit.now } }, { id: `http/case/${requestId}`, trace });
  log.info('case decided', { orderId, decision, decidedBy });
  return known;
};

async function find(cases: CaseViews, orderId: string, unit: Unit): Promise<CaseAsked> {
  const view = (await cases.load(unit.tx, [orderId]))[0];
  const item = view ? caseItemOf(view, unit.now) : null;
  if (!view || !item) return { type: 'unknown' };
  if (caseStatusOf(view) === 'closed') return { type: 'closed', why: `the case is closed since ${item.closedAt ?? ''}: ${item.outcome ?? ''}` };
  return { type: 'asked', item };
}
