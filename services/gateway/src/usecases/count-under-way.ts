import type { Unit } from '@order-mesh/messaging';
import type { UnderWay } from '../domain/under-way.ts';
import type { AboutOrder, ProjectMessages } from './project-messages.ts';

/** Counts the orders under way by what was projected and committed. */
export const countUnderWay = (project: ProjectMessages, underWay: UnderWay) => async (batch: readonly AboutOrder[], unit: Unit): Promise<void> => {
  const turns = await project(batch, unit);
  unit.afterCommit(() => { underWay.note(turns, unit.now); });
};

export type CountUnderWay = ReturnType<typeof countUnderWay>;
