import type { Trace, Unit } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import type { Contacts, ContactViews, ErasedKey } from './ports.ts';

export interface ErasePorts {
  readonly contacts: Pick<Contacts, 'erase'>;
  readonly contactViews: ContactViews;
  readonly log: Log;
}

/** Whose contacts: those of one order, or all of a customer. */
export type ErasureOf = { readonly orderId: string } | { readonly customerId: string };

export interface ErasureWish {
  readonly erasureId: string;
  readonly of: ErasureOf;
  readonly reason: string;
  readonly requestedBy: string;
  readonly trace: Trace;
}

export type Erased =
  | { readonly type: 'erased'; readonly customerId: string; readonly contacts: number }
  /** All of it was erased before. */
  | { readonly type: 'done-before'; readonly customerId: string; readonly contacts: number }
  | { readonly type: 'unknown' }
  /** Nothing of it was ever sealed, so there is no key to destroy. */
  | { readonly type: 'not-sealed'; readonly customerId: string }
  /** Orders under way need the address. */
  | { readonly type: 'needed'; readonly orders: readonly string[] };

export type EraseContacts = (wish: ErasureWish, unit: Unit) => Promise<Erased>;

/**
 * Destroys the keys of contacts, once no order under way needs them. What was sealed under them stays where it is, in messages, tables and backups, and is read by nobody any more.
 * A contact is the same person at the same customer: erased for one order, it is erased for all of that person's.
 */
export const eraseContacts = ({ contacts, contactViews, log }: ErasePorts): EraseContacts => async ({ erasureId, of, reason, requestedBy, trace }, unit) => {
  const what = 'orderId' in of ? await contactViews.keysOf(unit.tx, of.orderId) : { customerId: of.customerId, keys: null };
  if (!what) return { type: 'unknown' };
  const { customerId, keys } = what;
  if (keys?.length === 0) return { type: 'not-sealed', customerId };
  const orders = await contactViews.openOrders(unit.tx, customerId, keys);
  if (orders.length > 0) return { type: 'needed', orders };
  const all = await contacts.erase(unit.tx, keys === null ? { customerId } : { keys });
  if (all.length === 0) return keys === null ? { type: 'not-sealed', customerId } : { type: 'unknown' };
  const erased = all.filter(({ isNew }: ErasedKey) => isNew);
  if (erased.length === 0) return { type: 'done-before', customerId, contacts: all.length };
  const orderId = 'orderId' in of ? of.orderId : null;
  unit.send({ type: 'ContactsErased', value: { erasureId, orderId, customerId, keys: erased.map(({ key }) => key), reason, requestedBy, at: unit.now } }, { id: `http/erasure/${erasureId}`, trace });
  log.warn('contacts erased', { erasureId, orderId, customerId, contacts: erased.length, requestedBy });
  return { type: 'erased', customerId, contacts: erased.length };
};
