import { MeshError, pick } from '@order-mesh/kernel';
import type { Dossier } from '../domain/task.ts';
import type { TaskBook } from '../usecases/ports.ts';

/** A task book in memory, as strict as the tables: for tests and simulation. */
export function memoryTaskBook(): TaskBook {
  const dossiers = new Map<string, Dossier>();
  const firstDeadline = ({ tasks }: Dossier): number => Math.min(...tasks.flatMap((task) => (task.status === 'open' ? [task.deadline] : [])));

  return {
    load: async (_tx, orderIds) => pick(dossiers, orderIds),
    async save(_tx, changed) {
      for (const dossier of changed) {
        const names = new Set(dossier.tasks.map(({ approvalId }) => approvalId));
        if (names.size < dossier.tasks.length) throw new MeshError('BROKEN_PROMISE', { advice: `order ${dossier.orderId} has two tasks of one name` });
        dossiers.set(dossier.orderId, dossier);
      }
    },
    async overdue(_tx, now, atMost) {
      const late = [...dossiers.values()].filter((dossier) => firstDeadline(dossier) <= now);
      return late.sort((one, other) => firstDeadline(one) - firstDeadline(other) || (one.orderId < other.orderId ? -1 : 1)).slice(0, atMost).map(({ orderId }) => orderId);
    },
  };
}
