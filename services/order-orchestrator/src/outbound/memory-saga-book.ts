import { MeshError, pick } from '@order-mesh/kernel';
import { deadlineOf } from '@order-mesh/saga';
import type { OrderCase } from '../domain/order-case.ts';
import type { KeptSaga, SagaBook } from '../usecases/ports.ts';

/** Keeps sagas in memory under the same rules as PostgreSQL: for unit tests and simulation. */
export function memorySagaBook(cases: ReadonlyMap<string, OrderCase> = new Map()): SagaBook {
  const rows = new Map<string, KeptSaga>();
  return {
    load: (_, orderIds) => Promise.resolve(pick(rows, orderIds)),
    loadDue: (_, now, { definitions, limit }) => Promise.resolve([...rows.values()]
      .filter(({ state }) => (deadlineOf(state) ?? Infinity) <= now && definitions.includes(state.definition))
      .sort((a, b) => (deadlineOf(a.state) ?? 0) - (deadlineOf(b.state) ?? 0))
      .slice(0, limit)),
    loadStuck: (_, before, limit) => Promise.resolve([...rows.values()]
      .filter(({ state }) => {
        const known = cases.get(state.id);
        const deadline = deadlineOf(state);
        if (deadline === null) return state.status === 'manual' && !known;
        return deadline <= before && (!known || (known.status === 'closed' && (known.closedAt ?? 0) < deadline));
      })
      .sort((a, b) => (a.state.id < b.state.id ? -1 : 1))
      .slice(0, limit)),
    save: (_, sagas) => {
      const moved = sagas.some(({ state, version }) => (rows.get(state.id)?.version ?? 0) !== version - 1);
      if (moved) return Promise.reject(new MeshError('OFFSET_MOVED', { advice: 'decided on an old version' }));
      for (const one of sagas) rows.set(one.state.id, one);
      return Promise.resolve();
    },
  };
}
