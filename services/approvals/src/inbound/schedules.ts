import type { Runtime } from '@order-mesh/platform';
import type { ApprovalsConfig } from '../config.ts';
import type { ExpireApprovals } from '../usecases/expire-approvals.ts';

/** Closes, again and again, what nobody decided in time. */
export function scheduleExpiry({ config, repeat, submit }: Runtime<ApprovalsConfig>, expireApprovals: ExpireApprovals): void {
  repeat('expire approvals', config.expireEvery, () => submit(expireApprovals));
}
