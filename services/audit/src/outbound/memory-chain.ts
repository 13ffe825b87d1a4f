import { MeshError } from '@order-mesh/kernel';
import { GENESIS, type Head, type SealedEntry } from '../domain/chain.ts';
import type { ChainBook } from '../usecases/ports.ts';

/** A chain in memory, as strict as the tables: for tests. */
export function memoryChain(): ChainBook & { readonly rows: readonly SealedEntry[]; readonly head: () => Head; readonly cutTo: (length: number) => void } {
  const rows: SealedEntry[] = [];
  let head: Head = { position: 0, mac: GENESIS, anchoredPosition: 0, keyPrint: null };
  return {
    rows,
    head: () => head,
    cutTo(length) {
      rows.length = length;
      head = { ...head, position: length, mac: rows.at(-1)?.mac ?? GENESIS };
    },
    async load(_tx, facts) {
      return { head, known: new Set(facts.filter((fact) => rows.some((row) => row.fact === fact))) };
    },
    last: async () => rows.at(-1) ?? null,
    async append(_tx, added, keyPrint) {
      for (const [index, row] of added.entries()) {
        const { position, mac } = added[index - 1] ?? head;
        if (row.position !== position + 1 || row.previous !== mac) throw new MeshError('BROKEN_PROMISE', { advice: `row ${row.position} does not follow row ${position}` });
        if ([...rows, ...added.slice(0, index)].some(({ fact }) => fact === row.fact)) throw new MeshError('BROKEN_PROMISE', { advice: `${row.fact} stands in the log already` });
      }
      rows.push(...added);
      const last = added.at(-1);
      if (last) head = { ...head, position: last.position, mac: last.mac, keyPrint };
    },
    async noteAnchor(_tx, position) {
      head = { ...head, anchoredPosition: position };
    },
  };
}
