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

export type OrderStatus = 'running' | 'undoing' | 'confirmed' | 'rejected' | 'cancelled' | 'manual';

/** True when nothing happens to the order any more by itself. */
export const hasEnded = ({ status }: Pick<Order, 'status'>): boolean => status !== 'running' && status !== 'undoing';
