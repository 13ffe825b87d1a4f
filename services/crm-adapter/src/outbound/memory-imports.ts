import type { Import } from '../domain/import.ts';
import type { Imports, ToldOrders } from '../usecases/ports.ts';

/** Imports in memory; there is one transaction, and it always commits. */
export function memoryImports(): Imports {
  const kept = new Map<string, Import>();
  const active = async (): Promise<Import | null> => [...kept.values()].find(({ state }) => state === 'active') ?? null;
  return {
    active,
    activeIn: active,
    load: async (_tx, importId) => kept.get(importId) ?? null,
    async save(_tx, one) {
      kept.set(one.importId, one);
    },
  };
}

/** The orders that the mesh was told of, in memory. */
export function memoryToldOrders(): ToldOrders {
  const kept = new Set<string>();
  return {
    among: async (orderIds) => new Set(orderIds.filter((orderId) => kept.has(orderId))),
    note: async (_tx, orderIds) => new Set(orderIds.filter((orderId) => !kept.has(orderId) && kept.add(orderId))),
  };
}
