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

/** Answers each request by itself, in their order. */
export type DecideApprovals = (requests: readonly DecisionRequest[], unit: Unit) => Promise<readonly Decided[]>;

/** Carries decisions of people to whoever keeps the tasks, unless a task can no longer be decided. */
export const decideApprovals = ({ views, log }: { readonly views: ViewBook; readonly log: Log }): DecideApprovals => async (requests, unit) => {
  const tasks = await views.findApprovals(unit.tx, requests.map(({ approvalId }) => approvalId));
  return requests.map(({ approvalId, decision, decidedBy, comment, requestId, trace }): Decided => {
    const task = tasks.get(approvalId);
    const approval = task ? approvalItemOf(task) : null;
    if (!task || !approval) return { type: 'unknown' };
    const why = whyClosed(task, unit.now);
    if (why !== null) return { type: 'closed', approval, why };
    const value = { orderId: task.orderId, approvalId, decision, decidedBy, comment, decidedAt: unit.now };
    unit.send({ type: 'DecideApproval', value }, { id: `http/decide/${requestId}`, trace });
    log.info(`approval ${decision}`, { orderId: task.orderId, approvalId, decidedBy });
    return { type: 'asked', approval };
  });
};
