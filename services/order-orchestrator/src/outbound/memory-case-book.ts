import { pick } from '@order-mesh/kernel';
import { deadlineOf } from '@order-mesh/saga';
import type { OrderCase } from '../domain/order-case.ts';
import type { CaseBook, SagaBook } from '../usecases/ports.ts';

/** Keeps cases in memory under the same rules as PostgreSQL: for unit tests and simulation. */
export function memoryCaseBook(sagas: Pick<SagaBook, 'load'>, rows = new Map<string, OrderCase>()): CaseBook {
  return {
    load: (_, orderIds) => Promise.resolve(pick(rows, orderIds)),
    async loadGoneOn(tx, stuckBefore, limit) {
      const open = [...rows.values()].filter(({ kind, status }) => kind === 'stuck' && status === 'open').sort((one, other) => one.dueAt - other.dueAt);
      const states = await sagas.load(tx, open.map(({ orderId }) => orderId));
      return open.filter(({ orderId }) => {
        const kept = states.get(orderId);
        return kept !== undefined && (deadlineOf(kept.state) ?? Infinity) > stuckBefore;
      }).slice(0, limit);
    },
    save: (_, cases) => {
      for (const one of cases) rows.set(one.orderId, one);
      return Promise.resolve();
    },
  };
}
