import type { Transaction } from '@order-mesh/messaging';

/** Runs work in a transaction. */
export type Transact = <Result>(work: (tx: Transaction) => Promise<Result>) => Promise<Result>;

/**
 * Transactions that meet others: in each of them something happens `meanwhile`, after `read` and before its work begins. `runs` counts how often that was, and so shows whether a
 * transaction had to be tried again.
 */
export function meetingOthers(transaction: Transact, read: (tx: Transaction) => Promise<unknown>, meanwhile: (run: number) => Promise<unknown>): { readonly transaction: Transact; readonly runs: () => number } {
  let runs = 0;
  return {
    runs: () => runs,
    transaction: (work) => transaction(async (tx) => {
      await read(tx);
      await meanwhile(runs += 1);
      return work(tx);
    }),
  };
}
