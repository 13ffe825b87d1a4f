import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { approvalItemOf, whyClosed, type ApprovalItem } from '../domain/approval-view.ts';
import type { ViewBook } from './ports.ts';

export interface DecisionRequest {
  readonly approvalId: string;
  readonly decision: 'granted' | 'denied';
  readonly decidedBy: string;
  readonly comment: string;
  /** Names this request, so that repeating its transaction repeats the same message. */
  readonly requestId: string;
  readonly trace: Trace;
}

export type Decided =
  | { readonly type: 'asked'; readonly approval: ApprovalItem }
  | { readonly type: 'unknown' }
  | { readonly type: 'closed'; readonly approval: ApprovalItem; readonly why: string };

export type DecideApproval = (request: DecisionRequest, unit: Unit) => Promise<Decided>;

/** Carries a person's decision to whoever keeps the task, unless it can no longer be decided. */
export const decideApproval = ({ views, log }: { readonly views: ViewBook; readonly log: Log }): DecideApproval => async (request, unit) => {
  const { approvalId, decision, decidedBy, comment, requestId, trace } = request;
  const task = await views.findApproval(unit.tx, approvalId);
  const approval = task ? approvalItemOf(task) : null;
  if (!task || !approval) return { type: 'unknown' };
  const why = whyClosed(task, unit.now);
  if (why !== null) return { type: 'closed', approval, why };
  const value = { orderId: task.orderId, approvalId, decision, decidedBy, comment, decidedAt: unit.now };
  unit.send({ type: 'DecideApproval', value }, { id: `http/decide/${requestId}`, trace });
  log.info(`approval ${decision}`, { orderId: task.orderId, approvalId, decidedBy });
  return { type: 'asked', approval };
};
