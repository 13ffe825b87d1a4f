import type { TopicMessages } from '@order-mesh/contracts';
import type { Received, Unit } from '@order-mesh/messaging';
import { recount } from '../domain/level.ts';
import type { Ports } from './ports.ts';
import { changesOf, openPage, suggestPurchases } from './stock-page.ts';

export type MasterDataEvent = Received<TopicMessages['masterdata.events.v1']>;
export type LearnMasterData = ReturnType<typeof learnMasterData>;

/** Stands in `causedBy` where no order but a count of the ERP crossed the safety level. */
export const STOCK_COUNT = 'stock-count';

/** Follows what the ERP counts in each warehouse. */
export const learnMasterData = ({ book, rules }: Ports) => async (batch: readonly MasterDataEvent[], unit: Unit): Promise<void> => {
  const skus = batch.flatMap((message) => (message.type === 'StockLevelChanged' ? [message.value.sku] : []));
  if (skus.length === 0) return;

  const page = await openPage(book, unit, { skus, orderIds: [] });
  for (const message of batch) {
    if (message.type !== 'StockLevelChanged') continue;
    const { sku } = message.value;
    page.shelves.put(sku, recount(page.shelves.get(sku), message.value));
    await suggestPurchases(page, [sku], { rules, unit, cause: message, causedBy: STOCK_COUNT });
  }
  await book.save(unit.tx, changesOf(page));
};
