import type { TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { commitStock } from '../domain/lock.ts';
import type { Ports } from './ports.ts';
import { changesOf, openPage, suggestPurchases, write } from './stock-page.ts';

export type OrderEvent = Received<TopicMessages['order.events.v1']>;
export type CommitConfirmed = ReturnType<typeof commitConfirmed>;

/** Keeps the stock of confirmed orders for them: it no longer expires. */
export const commitConfirmed = ({ book, rules, log }: Ports) => async (batch: readonly OrderEvent[], unit: Unit): Promise<void> => {
  const confirmed = batch.filter(({ type }) => type === 'OrderConfirmed');
  if (confirmed.length === 0) return;

  const page = await openPage(book, unit, { skus: [], orderIds: confirmed.map(({ value }) => value.orderId) });
  for (const message of confirmed) {
    const { orderId } = message.value;
    const known = page.locks.get(orderId);
    if (!known || known.status === 'refused' || known.status === 'released') {
      log.error('order confirmed without stock', { orderId, lock: known?.status ?? 'none' });
      continue;
    }
    if (known.status === 'committed') continue;
    if (known.status === 'expired') log.warn('expired stock taken again', { orderId });
    const change = commitStock(known);
    write(page, change);
    await suggestPurchases(page, change.lines.map(({ sku }) => sku), { rules, unit, cause: message, causedBy: orderId });
  }
  await book.save(unit.tx, changesOf(page));
};
