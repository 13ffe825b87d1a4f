import { MeshError, pick } from '@order-mesh/kernel';
import type { Entry } from '../domain/entry.ts';
import type { Ledger } from '../usecases/ports.ts';

/** A ledger in memory, as strict as the tables: for tests and simulation. */
export function memoryLedger(): Ledger {
  const entries = new Map<string, Entry>();
  return {
    async load(_tx, orderIds) {
      return {
        lastEntryNo: entries.size,
        entries: pick(entries, orderIds),
      };
    },
    async append(_tx, added) {
      for (const entry of added) {
        if (entry.entryNo !== entries.size + 1 || entries.has(entry.orderId)) {
          throw new MeshError('BROKEN_PROMISE', { advice: `entry ${entry.entryNo} of order ${entry.orderId} does not follow ${entries.size}` });
        }
        entries.set(entry.orderId, entry);
      }
    },
  };
}
