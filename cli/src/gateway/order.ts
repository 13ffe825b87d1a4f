/** An order as the gateway shows it; amounts in fen as text, times in UTC. */
export interface Order {
  readonly orderId: string;
  readonly source: string;
  readonly externalId: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly region: string;
  readonly amountFen: string | null;
  readonly status: OrderStatus;
  readonly step: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly placedAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
  readonly leadTimeMs: number | null;
}

export const orderStatuses = ['running', 'undoing', 'confirmed', 'rejected', 'cancelled', 'manual'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** True when nothing happens to the order any more by itself. */
export const hasEnded = ({ status }: Pick<Order, 'status'>): boolean => status !== 'running' && status !== 'undoing';

/** One message of an order's story. */
export interface TimelineItem {
  readonly at: string;
  readonly type: string;
  readonly kind: 'command' | 'event';
  readonly topic: string;
  /** The service that sent it. */
  readonly from: string;
  readonly step: string | null;
  readonly summary: string;
  readonly id: string;
  /** 2 when it is the second message of its type, and so on. */
  readonly attempt: number;
}

export interface OrderStory extends Order {
  readonly timeline: readonly TimelineItem[];
}

/** What is known of a customer, money in fen. */
export interface Evidence {
  readonly exposureFen: string;
  readonly limitFen: string;
  readonly daysOverdue: number;
  readonly overdueFen: string;
  readonly receivables: number;
  readonly paid: number;
  readonly ordersConfirmed: number;
  readonly amountConfirmedFen: string;
  readonly ordersRefused: number;
}

/** What an order in question brings; null where the cost is not known. */
export interface PriceOfOrder {
  readonly listFen: string;
  readonly amountFen: string;
  readonly costFen: string | null;
  readonly marginFen: string | null;
  readonly marginPercent: number | null;
}

/** A question to a person, as the gateway shows it. */
export interface Approval {
  readonly approvalId: string;
  readonly orderId: string;
  readonly status: ApprovalStatus;
  readonly subject: string;
  readonly customerId: string;
  readonly region: string;
  readonly role: string;
  readonly escalatedTo: string | null;
  /** Who was asked: accounts in WeCom, names where there are none. */
  readonly deciders: readonly string[];
  /** Who placed the order, and does not decide. */
  readonly requestedBy: string | null;
  readonly amountFen: string;
  readonly reason: string;
  readonly detail: string;
  /** What is known of the customer, and what a yes would mean; null or absent where nothing is known. */
  readonly evidence?: Evidence | null;
  readonly price?: PriceOfOrder | null;
  readonly meaning?: string | null;
  readonly deadline: string;
  readonly requestedAt: string;
  readonly decidedBy: string | null;
  readonly onBehalfOf: string | null;
  readonly comment: string | null;
  /** The last decision that changed nothing, and why. */
  readonly ignored: { readonly decidedBy: string; readonly reason: string; readonly detail: string; readonly at: string } | null;
}

export const approvalStatuses = ['open', 'granted', 'denied', 'expired', 'withdrawn'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];
