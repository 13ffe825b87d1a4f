import type { UnderWay } from '../domain/under-way.ts';
import type { ProjectMessages } from './project-messages.ts';

/** Counts the orders under way by what was projected and committed. */
export const countUnderWay = (project: ProjectMessages, underWay: UnderWay): ProjectMessages => async (batch, unit) => {
  await project(batch, unit);
  unit.afterCommit(() => { underWay.note(batch, unit.now); });
};
