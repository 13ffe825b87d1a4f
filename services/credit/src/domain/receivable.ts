import type { CustomerChanged, ReceivableChanged } from '@order-mesh/contracts';
import type { Account } from './account.ts';

/** What a customer owes on one document of the ERP, as last read. */
export type Receivable = ReceivableChanged;

/** The books of a customer we hear of for the first time. */
export function openAccount(customerId: string): Account {
  return { customerId, limit: null, owed: 0n, held: 0n, oldestDueAt: null };
}

/** Takes over the limit the ERP sets; an older reading than ours changes nothing. */
export function setLimit(account: Account, customer: CustomerChanged): Account {
  if (account.limit && account.limit.changedAt > customer.changedAt) return account;
  return { ...account, limit: { amount: customer.creditLimit, changedAt: customer.changedAt } };
}

/** Whether a reading is older than the one we have. */
export function isStale(known: Receivable | undefined, reading: Receivable): boolean {
  return known !== undefined && known.changedAt > reading.changedAt;
}

/** Adds what is open on a document to what its customer owes. */
export function owe(account: Account, receivable: Receivable): Account {
  return { ...account, owed: account.owed + receivable.open };
}

/** Takes what was open on a document back out, before a newer reading of it is added. */
export function disown(account: Account, receivable: Receivable): Account {
  return { ...account, owed: account.owed - receivable.open };
}
