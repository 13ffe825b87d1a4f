import { MeshError, pick } from '@order-mesh/kernel';
import { deadlineOf } from '@order-mesh/saga';
import type { KeptSaga, SagaBook } from '../usecases/ports.ts';

/** Keeps sagas in memory under the same rules as PostgreSQL: for unit tests and simulation. */
export function memorySagaBook(): SagaBook {
  const rows = new Map<string, KeptSaga>();
  return {
    load: (_, orderIds) => Promise.resolve(pick(rows, orderIds)),
    loadDue: (_, now, limit) => Promise.resolve([...rows.values()]
      .filter(({ state }) => (deadlineOf(state) ?? Infinity) <= now)
      .sort((a, b) => (deadlineOf(a.state) ?? 0) - (deadlineOf(b.state) ?? 0))
      .slice(0, limit)),
    save: (_, sagas) => {
      const moved = sagas.some(({ state, version }) => (rows.get(state.id)?.version ?? 0) !== version - 1);
      if (moved) return Promise.reject(new MeshError('OFFSET_MOVED', { advice: 'decided on an old version' }));
      for (const one of sagas) rows.set(one.state.id, one);
      return Promise.resolve();
    },
  };
}
