import type { ReceivableChanged, TopicMessages } from '@order-mesh/contracts';
import { draftOf, type Draft, type Received, type Unit } from '@order-mesh/messaging';
import type { Account } from '../domain/account.ts';
import { invoiceHold, type Hold } from '../domain/hold.ts';
import { disown, isStale, openAccount, owe, setLimit, type Receivable } from '../domain/receivable.ts';
import type { CreditPages, Ports } from './ports.ts';

export type MasterDataEvent = Received<TopicMessages['masterdata.events.v1']>;
export type LearnMasterData = ReturnType<typeof learnMasterData>;

/** Follows limits and receivables of the ERP; a receivable takes the place of the hold of its order at the same moment. */
export const learnMasterData = ({ book, log }: Ports) => async (batch: readonly MasterDataEvent[], unit: Unit): Promise<void> => {
  const customers = batch.flatMap((message) => (message.type === 'CustomerChanged' ? [message.value] : []));
  const receivables = batch.flatMap((message) => (message.type === 'ReceivableChanged' ? [message.value] : []));
  if (customers.length + receivables.length === 0) return;

  const page = pageOf(await book.load(unit.tx, {
    customerIds: [...customers, ...receivables].map(({ customerId }) => customerId),
    orderIds: receivables.flatMap(({ orderId }) => (orderId === null ? [] : [orderId])),
    receivableIds: receivables.map(({ receivableId }) => receivableId),
  }));
  for (const customer of customers) change(page, customer.customerId, (account) => setLimit(account, customer));
  for (const receivable of receivables) {
    if (isStale(page.receivables.get(receivable.receivableId), receivable)) continue;
    if (takeOver(page, receivable)) log.info('hold invoiced', { orderId: receivable.orderId, receivableId: receivable.receivableId });
  }
  await book.save(unit.tx, { accounts: page.accounts.written(), holds: page.holds.written(), receivables: page.receivables.written() });
};

interface Page {
  readonly accounts: Draft<Account>;
  readonly holds: Draft<Hold>;
  readonly receivables: Draft<Receivable>;
}

const pageOf = ({ accounts, holds, receivables }: CreditPages): Page => (
  { accounts: draftOf(accounts), holds: draftOf(holds), receivables: draftOf(receivables) });

function takeOver(page: Page, receivable: ReceivableChanged): boolean {
  const known = page.receivables.get(receivable.receivableId);
  if (known) change(page, known.customerId, (account) => disown(account, known));
  change(page, receivable.customerId, (account) => owe(account, receivable));
  page.receivables.put(receivable.receivableId, receivable);
  return receivable.orderId !== null && invoice(page, receivable.orderId);
}

function invoice(page: Page, orderId: string): boolean {
  const hold = page.holds.get(orderId);
  if (hold?.status !== 'held' && hold?.status !== 'confirmed') return false;
  // The hold names its own customer: the ERP may invoice another one of the same group.
  change(page, hold.customerId, (account) => {
    const invoiced = invoiceHold(hold, account);
    page.holds.put(orderId, invoiced.hold);
    return invoiced.account ?? account;
  });
  return true;
}

function change(page: Page, customerId: string, how: (account: Account) => Account): void {
  page.accounts.put(customerId, how(page.accounts.get(customerId) ?? openAccount(customerId)));
}
