import type { Instant } from '@order-mesh/kernel';
import { ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { identityMap } from '@order-mesh/platform';
import type { Account } from '../domain/account.ts';
import type { Hold } from '../domain/hold.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { CreditBook, CreditKeys } from '../usecases/ports.ts';
import { loadAccounts, saveAccounts } from './pg-accounts.ts';
import { loadHistories } from './pg-history.ts';
import { loadHolds, saveHolds } from './pg-holds.ts';
import { duesOf, loadReceivables, saveReceivables } from './pg-receivables.ts';

/** The credit book in PostgreSQL, schema `credit`. */
export const pgCreditBook: CreditBook = {
  async load(tx, keys) {
    await accounts.arrived(tx);
    const unseen: CreditKeys = {
      customerIds: accounts.unseen(tx, keys.customerIds), orderIds: holds.unseen(tx, keys.orderIds), receivableIds: receivables.unseen(tx, keys.receivableIds),
    };
    if (Object.values(unseen).some((some) => some.length > 0)) await adoptPages(tx, unseen);
    const pages = { holds: holds.seen(tx, keys.orderIds), receivables: receivables.seen(tx, keys.receivableIds) };
    const behind = [...pages.holds.values(), ...pages.receivables.values()].flatMap((one) => ('customerId' in one ? [one.customerId] : []));
    return { ...pages, accounts: await withDues(tx, accounts.seen(tx, [...keys.customerIds, ...behind])) };
  },
  histories: loadHistories,
  async save(tx, changes) {
    accounts.write(tx, changes.accounts.map((account) => [account.customerId, account]));
    holds.write(tx, changes.holds.map((hold) => [hold.orderId, hold]));
    receivables.write(tx, changes.receivables.map((receivable) => [receivable.receivableId, receivable]));
    if (changes.receivables.length > 0) oldestDue.forget(tx, [...oldestDue.seen(tx, changes.accounts.map(({ customerId }) => customerId)).keys()]);
  },
};

/** Reads the accounts of customers whose orders are only being placed. */
export const readCreditAhead: ReadAhead = (batch, tx) => {
  const placed = ordersPlacedIn(batch);
  const keys = { customerIds: placed.map(({ customerId }) => customerId), orderIds: placed.map(({ orderId }) => orderId), receivableIds: [] };
  accounts.ahead(tx, pgCreditBook.load(tx, keys));
};

const accounts = identityMap<Account>(saveAccounts, { when: { lastAs: 'credit.account' } });
const holds = identityMap<Hold>(saveHolds, { when: 'commit', keepsPassed: true });
const receivables = identityMap<Receivable>(saveReceivables);
/** When the oldest open receivable of a customer was due; follows from the receivables, so it is never written. */
const oldestDue = identityMap<{ readonly at: Instant | null }>(async () => {});

async function adoptPages(tx: Transaction, keys: CreditKeys): Promise<void> {
  // Where locks are taken they come first: whatever is read after them can no longer change under us. PostgreSQL takes the statements in this order.
  const [found, dues, foundHolds, foundReceivables] = await Promise.all([
    loadAccounts(tx, keys), duesOf(tx, keys.customerIds), loadHolds(tx, keys.orderIds), loadReceivables(tx, keys.receivableIds)]);
  accounts.adopt(tx, [...keys.customerIds, ...found.keys()], found);
  holds.adopt(tx, keys.orderIds, foundHolds);
  receivables.adopt(tx, keys.receivableIds, foundReceivables);
  oldestDue.adopt(tx, keys.customerIds, dues);
}

async function withDues(tx: Transaction, known: ReadonlyMap<string, Account>): Promise<ReadonlyMap<string, Account>> {
  const unseen = oldestDue.unseen(tx, [...known.keys()]);
  if (unseen.length > 0) {
    // what is still to be written decides which one is the oldest
    await receivables.flush(tx);
    oldestDue.adopt(tx, unseen, await duesOf(tx, unseen));
  }
  const dues = oldestDue.seen(tx, [...known.keys()]);
  return new Map([...known].map(([customerId, account]) => [customerId, { ...account, oldestDueAt: dues.get(customerId)?.at ?? null }]));
}
