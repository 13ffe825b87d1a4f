import type { Position, Positions } from '../usecases/ports.ts';

/** The position in memory; there is one transaction, and it always commits. */
export function memoryPositions(): Positions {
  let kept: Position = { replayId: null, changedAt: null };
  return {
    load: async () => kept,
    async save(_tx, { replayId, changedAt }) {
      kept = { replayId: replayId && Buffer.from(replayId), changedAt: changedAt ?? kept.changedAt };
    },
    async begin(_tx, at) {
      kept = { ...kept, changedAt: kept.changedAt ?? at };
    },
  };
}
