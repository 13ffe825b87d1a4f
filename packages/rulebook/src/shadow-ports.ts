import type { RulesShadowed } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Shadow } from './shadow.ts';

/** Which rules decide silently in a service, and what was counted of them. */
export interface ShadowBook {
  /** Takes in what begins and what is over. One begins once; it ends the one before it at its point. */
  learn(tx: Transaction, shadowed: readonly RulesShadowed[]): Promise<void>;
  /** Those about which there is something new to tell, with what was counted since: locked until the transaction ends, and to be kept in it. */
  news(tx: Transaction, now: Instant): Promise<readonly Shadow[]>;
  /** Keeps them as they are told. */
  keep(tx: Transaction, shadows: readonly Shadow[]): Promise<void>;
  /** Whether there has been nothing to tell for a while; it may be wrong on the side of asking. */
  isQuiet(): boolean;
}
