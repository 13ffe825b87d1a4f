import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';
import type { ReconciliationRules } from './usecases/ports.ts';

export interface FinanceConfig extends ReconciliationRules {
  /** How soon a reconciliation goes on. */
  readonly poll: Duration;
}

export const readFinanceConfig = (read: ConfigReader): FinanceConfig => ({
  reconcileEvery: read.duration('RECONCILE_MINUTES', 5, 'minutes'),
  reconcileDays: read.whole('RECONCILE_DAYS', 7, 'a whole number of days'),
  grace: read.duration('RECONCILE_GRACE_SECONDS', 60, 'seconds'),
  secondLookAfter: read.duration('RECONCILE_SECOND_LOOK_SECONDS', 15, 'seconds'),
  giveUpAfter: read.duration('RECONCILE_GIVE_UP_MINUTES', 10, 'minutes'),
  poll: read.duration('RECONCILE_POLL_SECONDS', 1, 'seconds'),
});
