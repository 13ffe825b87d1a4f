import { MeshError } from '@order-mesh/kernel';
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
  const ask = (method: 'GET' | 'POST', path: string, body?: object): Promise<string> => request(url, { method, path, body });
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

function search(query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value));
  return params.size === 0 ? '' : `?${params.toString()}`;
}

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: object | undefined;
}

async function request(url: string, { method, path, body }: Request): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method,
    signal: AbortSignal.timeout(30_000),
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  }).catch((cause: unknown) => { throw notRunning(url, cause); });
  const text = await response.text();
  if (!response.ok) throw new MeshError('BAD_REQUEST', { advice: complaintIn(text) ?? `the gateway answered ${response.status} to ${method} ${path}` });
  return text;
}

function notRunning(url: string, cause: unknown): MeshError {
  return new MeshError('NOT_RUNNING', { cause, advice: `no mesh answers at ${url}; start one here with "mesh up" (or npm start), or say where it is with --gateway or GATEWAY_URL` });
}

/** What a problem report (RFC 9457) says, in one sentence. */
function complaintIn(text: string): string | undefined {
  try {
    const { title, detail, errors = [] }: { readonly title?: string; readonly detail?: string; readonly errors?: readonly Fault[] } = JSON.parse(text);
    const faults = errors.map((fault) => `${fault.parameter ?? fault.pointer ?? fault.header ?? ''} ${fault.detail}`.trim());
    return [detail ?? title, ...faults.filter((fault) => !detail?.includes(fault))].join('; ');
  } catch {
    return undefined;
  }
}

interface Fault {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

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
