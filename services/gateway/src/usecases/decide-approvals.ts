import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { isAskedFor, isSameName, isWithin, type Caller, type Reach } from '../domain/caller.ts';
import { approvalItemOf, whyClosed, type ApprovalItem } from '../domain/approval-view.ts';
import type { ViewBook } from './ports.ts';

export interface DecisionRequest {
  readonly approvalId: string;
  readonly decision: 'granted' | 'denied';
  readonly decidedBy: string;
  /** Whoever is signed in; `decidedBy` is that name. */
  readonly decider: Caller;
  /** Whose approvals that person has to do with. */
  readonly reach: Reach;
  readonly comment: string;
  /** Names this request, so that repeating its transaction repeats the same message. */
  readonly requestId: string;
  readonly trace: Trace;
}

export type Decided =
  | { readonly type: 'asked'; readonly approval: ApprovalItem }
  | { readonly type: 'unknown' }
  /** Somebody else has to decide. */
  | { readonly type: 'not-theirs'; readonly approval: ApprovalItem; readonly because: 'forbidden' | 'own-request'; readonly why: string }
  | { readonly type: 'closed'; readonly approval: ApprovalItem; readonly why: string };

/** Answers each request by itself, in their order. */
export type DecideApprovals = (requests: readonly DecisionRequest[], unit: Unit) => Promise<readonly Decided[]>;

/** Carries decisions of people to whoever keeps the tasks, unless a task can no longer be decided, or not by them. Roles are compared here only where `approvals` has no directory of people. */
export const decideApprovals = ({ views, log, hasDirectory }: { readonly views: ViewBook; readonly log: Log; readonly hasDirectory: boolean }): DecideApprovals => async (requests, unit) => {
  const tasks = await views.findApprovals(unit.tx, requests.map(({ approvalId }) => approvalId));
  return requests.map(({ approvalId, decision, decidedBy, decider, reach, comment, requestId, trace }): Decided => {
    const task = tasks.get(approvalId);
    const approval = task ? approvalItemOf(task) : null;
    if (!task || !approval || !isWithin(reach, approval)) return { type: 'unknown' };
    if (approval.requestedBy !== null && isSameName(approval.requestedBy, decidedBy)) return { type: 'not-theirs', approval, because: 'own-request', why: `it is the request of ${decidedBy}: somebody else has to decide` };
    if (!hasDirectory && !isAskedFor(decider, approval)) return { type: 'not-theirs', approval, because: 'forbidden', why: `${approval.escalatedTo ?? approval.role} has to decide, and you are none` };
    const why = whyClosed(task, unit.now);
    if (why !== null) return { type: 'closed', approval, why };
    const value = { orderId: task.orderId, approvalId, decision, decidedBy, comment, decidedAt: unit.now };
    unit.send({ type: 'DecideApproval', value }, { id: `http/decide/${requestId}`, trace });
    log.info(`approval ${decision}`, { orderId: task.orderId, approvalId, decidedBy });
    return { type: 'asked', approval };
  });
};
