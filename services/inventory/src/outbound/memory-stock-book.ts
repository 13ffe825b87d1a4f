import { MeshError, pick } from '@order-mesh/kernel';
import type { Shelf } from '../domain/level.ts';
import type { Lock } from '../domain/lock.ts';
import type { StockBook } from '../usecases/ports.ts';

/** A stock book in memory, as strict as the tables: for tests and simulation. */
export function memoryStockBook(): StockBook {
  const shelves = new Map<string, Shelf>();
  const locks = new Map<string, Lock>();

  return {
    async load(_tx, { skus, orderIds }) {
      const behindOrders = orderIds.flatMap((id) => linesOf(locks.get(id)).map(({ sku }) => sku));
      return { shelves: pick(shelves, [...skus, ...behindOrders]), locks: pick(locks, orderIds) };
    },
    async save(_tx, changes) {
      for (const shelf of changes.shelves) {
        const broken = shelf.levels.find(({ reserved }) => reserved < 0);
        if (broken) throw new MeshError('BROKEN_PROMISE', { advice: `${broken.sku} in ${broken.warehouse} has ${broken.reserved} reserved` });
        shelves.set(shelf.sku, shelf);
      }
      for (const lock of changes.locks) locks.set(lock.orderId, lock);
    },
    async expired(_tx, now, atMost) {
      const overdue = [...locks.values()].flatMap((lock) => (lock.status === 'locked' && lock.expiresAt <= now ? [lock] : []));
      return overdue.sort((one, other) => one.expiresAt - other.expiresAt || (one.orderId < other.orderId ? -1 : 1)).slice(0, atMost).map(({ orderId }) => orderId);
    },
  };
}

const linesOf = (lock: Lock | undefined) => (lock && 'lines' in lock ? lock.lines : []);
