import type { Runtime } from '@order-mesh/platform';
import type { ApprovalsConfig } from '../config.ts';
import type { PressApprovals } from '../usecases/press-approvals.ts';

/** Has the clock press for decisions, again and again. */
export function schedulePressing({ config, repeat, submit }: Runtime<ApprovalsConfig>, pressApprovals: PressApprovals): void {
  repeat('press for decisions', config.expireEvery, () => submit(pressApprovals));
}
