import type { Unit } from '@order-mesh/messaging';
import { expireLock, isOverdue } from '../domain/lock.ts';
import type { Ports } from './ports.ts';
import { changesOf, openPage, suggestPurchases, write } from './stock-page.ts';

export type ExpireLocks = ReturnType<typeof expireLocks>;

/** Gives back stock that was promised too long ago, `atMost` orders at a time; the rest follows the next time. */
export const expireLocks = ({ book, rules, log }: Ports, atMost: number) => async (unit: Unit): Promise<void> => {
  const orderIds = await book.expired(unit.tx, unit.now, atMost);
  if (orderIds.length === 0) return;

  const page = await openPage(book, unit, { skus: [], orderIds });
  for (const orderId of orderIds) {
    const known = page.locks.get(orderId);
    if (!known || !isOverdue(known, unit.now)) continue;
    const change = expireLock(known);
    write(page, change);
    const cause = { id: `inventory:expired:${orderId}`, trace: {} };
    await suggestPurchases(page, change.lines.map(({ sku }) => sku), { rules, unit, cause, causedBy: orderId });
    log.info('stock lock expired', { orderId, lines: change.lines.length });
  }
  await book.save(unit.tx, changesOf(page));
};
