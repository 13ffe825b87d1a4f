import { askAt, search } from './http.ts';
import type { Approval, ApprovalStatus, Order, OrderStatus, OrderStory } from './order.ts';

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
  readonly by: string;
  readonly comment: string;
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
  decide(approvalId: string, decision: DecisionOfPerson): Promise<Approval>;
}

export function openGateway(url: string): Gateway {
  const ask = askAt(url);
  return {
    url,
    orders: async (query) => readPage(await ask('GET', `/v1/orders${search(query)}`)),
    order: async (orderId) => readStory(await ask('GET', `/v1/orders/${encodeURIComponent(orderId)}`)),
    cancel: async (orderId, reason) => readOrder(await ask('POST', `/v1/orders/${encodeURIComponent(orderId)}/cancel`, { reason, requestedBy: 'mesh command line' })),
    approvals: async (query) => readApprovals(await ask('GET', `/v1/approvals${search({ ...query, limit: 200 })}`)),
    decide: async (approvalId, { decision, by, comment }) => readApproval(
      await ask('POST', `/v1/approvals/${encodeURIComponent(approvalId)}/${VERBS[decision]}`, { decidedBy: by, comment })),
  };
}

const VERBS = { granted: 'grant', denied: 'deny' } as const;

function readPage(text: string): Page<Order> {
  const page: Page<Order> = JSON.parse(text);
  return page;
}

function readStory(text: string): OrderStory {
  const story: OrderStory = JSON.parse(text);
  return story;
}

function readOrder(text: string): Pick<Order, 'orderId' | 'status'> {
  const order: Pick<Order, 'orderId' | 'status'> = JSON.parse(text);
  return order;
}

function readApprovals(text: string): readonly Approval[] {
  const page: { readonly items: readonly Approval[] } = JSON.parse(text);
  return page.items;
}

function readApproval(text: string): Approval {
  const approval: Approval = JSON.parse(text);
  return approval;
}
