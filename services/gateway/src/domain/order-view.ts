import type { Address, OrderLine, OrderMessage, OrderPlaced } from '@order-mesh/contracts';
import { maskPhonesIn, type Fen, type Instant } from '@order-mesh/kernel';
import { keptAddress } from './mask.ts';
import { furthest, phaseOf } from './phase.ts';
import { earliest, latest, sane, type Stamp } from './stamp.ts';

/** A message about an order, with what puts it in order. */
export type Heard = OrderMessage & Stamp & { readonly key: string };

/**
 * What is known of an order: a handful of registers, each of which keeps the first, the last or the furthest that was heard.
 * So the view is the same in whatever order, and however often, the messages come.
 */
export interface OrderView {
  readonly orderId: string;
  readonly placement: Placement | null;
  /** What the order was amended to last; absent while never. */
  readonly amendment?: Amendment;
  /** A number of `phases`. */
  readonly phase: number;
  readonly trouble: Trouble | null;
  readonly ending: Ending | null;
  /** Questions about the order up to this revision wait for a person no more; absent while none was taken back. */
  readonly withdrawnUpTo?: number;
  readonly heardAt: Instant;
}

export interface Placement extends Stamp {
  readonly source: string;
  readonly externalId: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly region: string;
  /** Null for an order that was turned away at the border. */
  readonly amount: Fen | null;
  /** What makes two placements the same order, digested; null for an order that was turned away. */
  readonly content: string | null;
  readonly placedAt: Instant;
  /** Null where the store has it and nobody asked for it. */
  readonly goods: Goods | null;
}

export interface Amendment extends Stamp {
  readonly amount: Fen;
  /** Null where the store has it and nobody asked for it. */
  readonly goods: Goods | null;
}

export interface Goods {
  readonly lines: readonly OrderLine[];
  /** Sealed or masked. */
  readonly shipTo: Address;
}

/** Why an order waits for a person, or goes back. */
export interface Trouble extends Stamp {
  readonly reason: string;
  readonly detail: string;
}

export interface Ending extends Stamp {
  readonly status: 'confirmed' | 'rejected' | 'cancelled' | 'manual';
  readonly step: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly endedAt: Instant;
}

/** Shortens the canonical text of an order's content to a few characters. */
export type Digest = (text: string) => string;

export const unknownOrder = (orderId: string): OrderView =>
  ({ orderId, placement: null, phase: 0, trouble: null, ending: null, heardAt: 0 });

/** The view after one more message about the order. Commutative, associative and idempotent over messages. */
export function project(view: OrderView, message: Heard, digest: Digest): OrderView {
  const placement = placementIn(message, digest);
  const trouble = troubleIn(message);
  const ending = endingIn(message);
  const amendment = amendmentIn(message);
  const withdrawn = message.type === 'ApprovalWithdrawn' ? Math.max(view.withdrawnUpTo ?? 0, message.value.revision) : view.withdrawnUpTo;
  return {
    orderId: view.orderId,
    placement: placement ? earliest(view.placement, placement) : view.placement,
    ...((amendment ?? view.amendment) && { amendment: amendment ? latest(view.amendment ?? null, amendment) : view.amendment }),
    phase: furthest(view.phase, phaseOf(message)),
    trouble: trouble ? latest(view.trouble, trouble) : view.trouble,
    ending: ending ? latest(view.ending, ending) : view.ending,
    ...(withdrawn !== undefined && { withdrawnUpTo: withdrawn }),
    heardAt: Math.max(view.heardAt, sane(message.at)),
  };
}

/** The placement as this order's own message will tell it; `id` empty so that it counts as heard before its message. */
export function placementOf(order: OrderPlaced, { at, id }: Stamp, digest: Digest): Placement {
  const { source, externalId, customerId, customerName, region, amount, lines, shipTo, placedAt } = order;
  return {
    at: sane(at), id, source, externalId, customerId, customerName, region, amount,
    content: digest(contentOf(order)), placedAt: sane(placedAt), goods: { lines, shipTo: keptAddress(shipTo) },
  };
}

/** What makes two placements the same order: who, what, how many, for how much, where to. */
export function contentOf({ customerId, lines, shipTo }: Pick<OrderPlaced, 'customerId' | 'lines' | 'shipTo'>): string {
  const { contact, phone, region, city, street } = shipTo;
  return JSON.stringify([customerId, [contact, phone, region, city, street], lines.map(({ sku, quantity, unitPrice }) => [sku, quantity, String(unitPrice)])]);
}

function placementIn(message: Heard, digest: Digest): Placement | null {
  switch (message.type) {
    case 'OrderPlaced': return placementOf(message.value, message, digest);
    case 'OrderUnacceptable': {
      const { source, externalId, customerId, placedAt } = message.value;
      const nothing = { customerName: '', region: '', amount: null, content: null, goods: null };
      return { ...stampOf(message), source, externalId, customerId: customerId ?? '', placedAt: sane(placedAt), ...nothing };
    }
    default: return null;
  }
}

function amendmentIn(message: Heard): Amendment | null {
  if (message.type !== 'OrderAmended') return null;
  const { amount, lines, shipTo } = message.value;
  return { ...stampOf(message), amount, goods: { lines, shipTo: keptAddress(shipTo) } };
}

/** The goods that the order is about now; null where the store has them. */
export const goodsOf = ({ placement, amendment }: OrderView): Goods | null => (amendment ? amendment.goods : placement?.goods ?? null);

/** The view as it is kept: its goods are stored apart. */
export const withoutGoods = ({ placement, amendment, ...view }: OrderView): OrderView => ({
  ...view, placement: placement && { ...placement, goods: null }, ...(amendment && { amendment: { ...amendment, goods: null } }),
});

function troubleIn(message: Heard): Trouble | null {
  switch (message.type) {
    case 'CreditRefused': case 'StockRefused': case 'ContractRefused': case 'DeliveryRefused': case 'BookingRefused': case 'ApprovalDenied':
    case 'VoidRefused': case 'CancelDeliveryRefused': case 'UnbookingRefused':
      // a question taken back is a consequence of the trouble, not the trouble
      return message.value.reason === 'withdrawn' ? null : { ...stampOf(message), reason: message.value.reason, detail: maskPhonesIn(message.value.detail) };
    case 'CancelRequested':
      return { ...stampOf(message), reason: 'cancel-requested', detail: maskPhonesIn(`${message.value.requestedBy}: ${message.value.reason}`) };
    default: return null;
  }
}

function endingIn(message: Heard): Ending | null {
  const stamp = stampOf(message);
  switch (message.type) {
    case 'OrderConfirmed': return { ...stamp, status: 'confirmed', step: null, reason: null, detail: null, endedAt: sane(message.value.confirmedAt) };
    case 'OrderCancelled': return { ...stamp, status: 'cancelled', step: null, reason: 'cancelled', detail: maskPhonesIn(message.value.reason), endedAt: sane(message.value.at) };
    case 'OrderRejected': case 'OrderNeedsAttention': {
      const { step, reason, detail, at } = message.value;
      return { ...stamp, status: message.type === 'OrderRejected' ? 'rejected' : 'manual', step, reason, detail: maskPhonesIn(detail), endedAt: sane(at) };
    }
    default: return null;
  }
}

const stampOf = ({ at, id }: Stamp): Stamp => ({ at: sane(at), id });
