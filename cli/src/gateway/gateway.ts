import { askAt, search } from './http.ts';
import type { Approval, ApprovalStatus, Order, OrderStatus, OrderStory } from './order.ts';
import type { Session } from '../session/session.ts';

export interface OrderQuery {
  readonly status?: OrderStatus;
  readonly customer?: string;
  readonly q?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Begins the next page; null after the last. */
  readonly nextCursor: string | null;
}

export interface DecisionOfPerson {
  readonly decision: 'granted' | 'denied';
  readonly comment: string;
}

/** What became of one of many decisions. */
export interface DecisionTaken {
  readonly approvalId: string;
  /** In whose name it was asked for. */
  readonly decidedBy: string;
  readonly outcome: 'asked' | 'closed' | 'not-theirs' | 'unknown';
  readonly detail: string;
  readonly approval: Approval | null;
}

/** The front door of the mesh. Everything rejects with NOT_RUNNING when nobody answers there, BAD_REQUEST when it says no. */
export interface Gateway {
  readonly url: string;
  /** Newest first. */
  orders(query: OrderQuery): Promise<Page<Order>>;
  order(orderId: string): Promise<OrderStory>;
  /** Asks for the order to be undone; gives how it stands. */
  cancel(orderId: string, reason: string): Promise<Pick<Order, 'orderId' | 'status'>>;
  approvals(query: { readonly status?: ApprovalStatus }): Promise<readonly Approval[]>;
  approval(approvalId: string): Promise<Approval>;
  decide(approvalId: string, decision: DecisionOfPerson): Promise<Approval>;
  /** The same decision on many, each answered by itself, in their order. */
  decideMany(approvalIds: readonly string[], decision: DecisionOfPerson): Promise<readonly DecisionTaken[]>;
}

export function openGateway(url: string, session: Session): Gateway {
  const ask = askAt(url, session);
  return {
    url,
    orders: (query) => ask<Page<Order>>('GET', `/v1/orders${search(query)}`),
    order: (orderId) => ask<OrderStory>('GET', `/v1/orders/${encodeURIComponent(orderId)}`),
    cancel: (orderId, reason) => ask<Pick<Order, 'orderId' | 'status'>>('POST', `/v1/orders/${encodeURIComponent(orderId)}/cancel`, { reason }, 'requestedBy'),
    approvals: async (query) => (await ask<Page<Approval>>('GET', `/v1/approvals${search({ ...query, limit: 200 })}`)).items,
    approval: (approvalId) => ask<Approval>('GET', `/v1/approvals/${encodeURIComponent(approvalId)}`),
    decideMany: async (approvalIds, { decision, comment }) =>
      (await ask<{ readonly items: readonly DecisionTaken[] }>('POST', '/v1/approvals/decisions', { decisions: approvalIds.map((approvalId) => ({ approvalId, decision, comment })) }, 'decidedBy')).items,
    decide: (approvalId, { decision, comment }) =>
      ask<Approval>('POST', `/v1/approvals/${encodeURIComponent(approvalId)}/${VERBS[decision]}`, { comment }, 'decidedBy'),
  };
}

const VERBS = { granted: 'grant', denied: 'deny' } as const;
