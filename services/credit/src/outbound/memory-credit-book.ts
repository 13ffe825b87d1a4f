import { MeshError, pick } from '@order-mesh/kernel';
import type { Account } from '../domain/account.ts';
import type { Hold } from '../domain/hold.ts';
import type { Receivable } from '../domain/receivable.ts';
import type { CreditBook, CreditKeys } from '../usecases/ports.ts';

/** A credit book in memory, as strict as the tables: for tests and simulation. */
export function memoryCreditBook(): CreditBook {
  const accounts = new Map<string, Account>();
  const holds = new Map<string, Hold>();
  const receivables = new Map<string, Receivable>();

  const oldestDueAt = (customerId: string): number | null => {
    const open = [...receivables.values()].filter((one) => one.customerId === customerId && one.open > 0n);
    return open.length === 0 ? null : Math.min(...open.map(({ dueAt }) => dueAt));
  };
  const customersOf = ({ customerIds, orderIds, receivableIds }: CreditKeys): ReadonlySet<string | undefined> => new Set([
    ...customerIds,
    ...orderIds.map((id) => customerOf(holds.get(id))),
    ...receivableIds.map((id) => receivables.get(id)?.customerId),
  ]);

  return {
    async load(_tx, keys) {
      const touched = [...accounts.values()].filter(({ customerId }) => customersOf(keys).has(customerId));
      return {
        accounts: new Map(touched.map((account) => [account.customerId, { ...account, oldestDueAt: oldestDueAt(account.customerId) }])),
        holds: pick(holds, keys.orderIds),
        receivables: pick(receivables, keys.receivableIds),
      };
    },
    histories: async (_tx, { customerIds, orderIds, today }) => new Map(customerIds.map((customerId) => {
      const ordered = [...holds.values()].filter((hold) => customerOf(hold) === customerId && !orderIds.includes(hold.orderId));
      const confirmed = ordered.flatMap((hold) => (hold.status === 'confirmed' || hold.status === 'invoiced' ? [hold.amount] : []));
      const owed = [...receivables.values()].filter((one) => one.customerId === customerId);
      return [customerId, {
        ordersConfirmed: confirmed.length, amountConfirmed: sumOf(confirmed), ordersRefused: ordered.filter(({ status }) => status === 'refused').length, receivables: owed.length,
        paid: owed.filter(({ open }) => open <= 0n).length, overdue: sumOf(owed.filter(({ open, dueAt }) => open > 0n && dueAt < today).map(({ open }) => open)),
      }];
    })),
    async save(_tx, changes) {
      for (const account of changes.accounts) {
        if (account.held < 0n) throw broken(`customer ${account.customerId} holds ${account.held} fen`);
        accounts.set(account.customerId, account);
      }
      for (const hold of changes.holds) {
        if ('exposure' in hold && hold.exposure > hold.limit) throw broken(`order ${hold.orderId} exceeds its limit`);
        holds.set(hold.orderId, hold);
      }
      for (const receivable of changes.receivables) receivables.set(receivable.receivableId, receivable);
    },
  };
}

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

const customerOf = (hold: Hold | undefined): string | undefined => (hold && 'customerId' in hold ? hold.customerId : undefined);

const broken = (advice: string): MeshError => new MeshError('BROKEN_PROMISE', { advice });
