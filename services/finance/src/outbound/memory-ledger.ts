import { MeshError, pick } from '@order-mesh/kernel';
import type { Entry } from '../domain/entry.ts';
import type { Ledger } from '../usecases/ports.ts';

/** A ledger in memory, as strict as the tables: for tests and simulation. */
export function memoryLedger(): Ledger {
  const entries = new Map<string, Entry>();
  const ends = new Map<number, number>();
  return {
    async load(_tx, orderIds, series) {
      return {
        ends: new Map(series.map((one) => [one, ends.get(one) ?? 0])),
        entries: pick(entries, orderIds),
      };
    },
    async append(_tx, added) {
      const next = new Map(ends);
      for (const { series, entryNo, orderId } of added) {
        const end = next.get(series) ?? 0;
        if (entryNo !== end + 1 || entries.has(orderId)) throw new MeshError('BROKEN_PROMISE', { advice: `entry ${entryNo} of order ${orderId} does not follow ${end} in series ${series}` });
        next.set(series, entryNo);
      }
      for (const entry of added) entries.set(entry.orderId, entry);
      for (const [series, end] of next) ends.set(series, end);
    },
  };
}
