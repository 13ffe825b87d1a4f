import type { Runtime } from '@order-mesh/platform';
import type { CreditConfig } from '../config.ts';
import type { AdvanceSimulations } from '../usecases/simulate-rules.ts';

/** Carries simulations on, a page a transaction, as long as there are any. */
export function scheduleSimulations({ config, repeat, submit, obstacle }: Runtime<CreditConfig>, advance: AdvanceSimulations): void {
  repeat('simulate rules', config.simulateEvery, async () => {
    while (obstacle() === null && (await submit(advance)));
  });
}
