import type { TopicMessages } from '@order-mesh/contracts';
import { draftOf, type Received, type Unit } from '@order-mesh/messaging';
import { strange } from '../domain/customer.ts';
import type { Ports } from './ports.ts';

export type MasterDataEvent = Received<TopicMessages['masterdata.events.v1']>;
export type LearnMasterData = ReturnType<typeof learnMasterData>;

/** Learns from the ERP which customers there are, which of them are none of today, and what products cost. */
export const learnMasterData = ({ book }: Ports) => async (batch: readonly MasterDataEvent[], unit: Unit): Promise<void> => {
  // the events of a product come in the order of its changes
  const costs = new Map(batch.flatMap((message) => (message.type === 'ProductCostChanged' ? [[message.value.sku, message.value.unitCost] as const] : [])));
  if (costs.size > 0) await book.learnCosts(unit.tx, [...costs].map(([sku, unitCost]) => ({ sku, unitCost })));
  await learnCustomers(book, batch, unit);
};

async function learnCustomers(book: Ports['book'], batch: readonly MasterDataEvent[], unit: Unit): Promise<void> {
  const customerIds = batch.flatMap((message) => (message.type === 'CustomerChanged' || isOld(message) ? [message.value.customerId] : []));
  if (customerIds.length === 0) return;
  const { customers } = await book.load(unit.tx, { customerIds, orderIds: [] });
  const draft = draftOf(customers);
  for (const message of batch) {
    const { type } = message;
    if (type !== 'CustomerChanged' && !isOld(message)) continue;
    const { customerId } = message.value;
    const known = draft.get(customerId) ?? strange(customerId);
    if (type === 'CustomerChanged' && !known.isNamed) draft.put(customerId, { ...known, isNamed: true });
    if (type === 'ReceivableChanged' && !known.hasHistory) draft.put(customerId, { ...known, hasHistory: true });
  }
  await book.save(unit.tx, { customers: draft.written(), quotes: [], budgets: [] });
}

type OldReceivable = Extract<MasterDataEvent, { readonly type: 'ReceivableChanged' }>;

/** A receivable that no order of the mesh made: its customer has bought before. */
const isOld = (message: MasterDataEvent): message is OldReceivable => message.type === 'ReceivableChanged' && message.value.orderId === null;
