import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';

export interface CreditConfig {
  /** How often somebody looks whether rules shall be put to past decisions. */
  readonly simulateEvery: Duration;
  /** So many past decisions a transaction. */
  readonly simulatePage: number;
}

/** What credit lets others set; all else the policy and the rules say. */
export const readCreditConfig = (read: ConfigReader): CreditConfig => ({
  simulateEvery: read.duration('CREDIT_SIMULATE_EVERY_SECONDS', 2, 'seconds'),
  simulatePage: read.whole('CREDIT_SIMULATE_PAGE', 1_000, 'a whole number of orders'),
});
