import type { Instant } from '@order-mesh/kernel';
import type { OrderView, Placement } from './order-view.ts';
import { phaseAt } from './phase.ts';

/** An order as it is shown: plain JSON, amounts in fen as text, times in UTC. */
export interface OrderItem {
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

/** Where an order stands. An end, once heard, is never taken back by what was sent before it. */
export function statusOf({ ending, phase }: OrderView): OrderStatus {
  return ending ? ending.status : phaseAt(phase).status;
}

/** The order as it is shown; null while nobody has told what was ordered. */
export function itemOf(view: OrderView): OrderItem | null {
  const { placement } = view;
  if (!placement) return null;
  const { source, externalId, customerId, customerName, region, placedAt } = placement;
  const amount = view.amendment?.amount ?? placement.amount;
  const end = view.ending?.endedAt ?? null;
  return {
    orderId: view.orderId, source, externalId, customerId, customerName, region, amountFen: amount === null ? null : amount.toString(),
    status: statusOf(view), ...standing(view), placedAt: utc(placedAt), updatedAt: utc(Math.max(view.heardAt, placement.at)),
    endedAt: end === null ? null : utc(end), leadTimeMs: end === null ? null : leadTime(placement, end),
  };
}

export const utc = (instant: Instant): string => new Date(instant).toISOString();

function standing(view: OrderView): Pick<OrderItem, 'step' | 'reason' | 'detail'> {
  if (view.ending) {
    const { step, reason, detail } = view.ending;
    return { step, reason, detail };
  }
  const { status, step } = phaseAt(view.phase);
  const explains = status === 'undoing' || step === 'waiting-for-approval';
  return { step, reason: explains ? view.trouble?.reason ?? null : null, detail: explains ? view.trouble?.detail ?? null : null };
}

// an upstream clock may run ahead of ours
const leadTime = ({ placedAt }: Placement, end: Instant): number => Math.max(0, end - placedAt);
