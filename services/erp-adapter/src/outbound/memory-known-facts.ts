import { keyOf, type Fact, type FactKind } from '../domain/master-data.ts';
import type { KnownFacts } from '../usecases/ports.ts';

/** Known facts in memory; there is one transaction, and it always commits. */
export function memoryKnownFacts(): KnownFacts {
  const facts = new Map<string, Fact>();
  const positions = new Map<FactKind, bigint>();
  return {
    position: async (kind) => positions.get(kind) ?? 0n,
    load: async (_tx, kind, keys) => keys.map((key) => facts.get(`${kind} ${key}`)).filter((fact) => fact !== undefined),
    loadStockOf: async (_tx, skus) => [...facts.values()].filter((fact) => fact.kind === 'stock' && skus.includes(fact.sku)),
    async save(_tx, changed) {
      for (const fact of changed) facts.set(`${fact.kind} ${keyOf(fact)}`, structuredClone(fact));
    },
    async moveTo(_tx, kind, position) {
      const before = positions.get(kind) ?? 0n;
      positions.set(kind, position > before ? position : before);
    },
  };
}
