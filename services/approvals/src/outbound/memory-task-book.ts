import { MeshError, pick } from '@order-mesh/kernel';
import { nextPress, type Dossier, type Task } from '../domain/task.ts';
import type { TaskBook } from '../usecases/ports.ts';

/** A task book in memory, as strict as the tables: for tests and simulation. */
export function memoryTaskBook(): TaskBook {
  const dossiers = new Map<string, Dossier>();
  const firstPress = ({ tasks }: Dossier): number => Math.min(...tasks.map(nextPress));

  return {
    load: async (_tx, orderIds) => pick(dossiers, orderIds),
    async save(_tx, changed) {
      for (const dossier of changed) {
        const names = new Set(dossier.tasks.map(({ approvalId }) => approvalId));
        if (names.size < dossier.tasks.length) throw new MeshError('BROKEN_PROMISE', { advice: `order ${dossier.orderId} has two tasks of one name` });
        if (dossier.tasks.some(isOwnRequest)) throw new MeshError('BROKEN_PROMISE', { advice: `somebody decided on an own request about order ${dossier.orderId}` });
        dossiers.set(dossier.orderId, dossier);
      }
    },
    async due(_tx, now, atMost) {
      const due = [...dossiers.values()].filter((dossier) => firstPress(dossier) <= now);
      return due.sort((one, other) => firstPress(one) - firstPress(other) || (one.orderId < other.orderId ? -1 : 1)).slice(0, atMost).map(({ orderId }) => orderId);
    },
  };
}

/** What the table refuses as well: nobody decides on an own request, and nobody in the place of who asked. */
const isOwnRequest = (task: Task): boolean =>
  'decidedBy' in task && task.requestedBy !== '' && [task.decidedBy, task.decider, task.onBehalfOf].includes(task.requestedBy);
