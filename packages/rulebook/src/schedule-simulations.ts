import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader, Runtime } from '@order-mesh/platform';
import type { AdvanceSimulations } from './simulate-rules.ts';

export interface SimulationConfig {
  /** How often somebody looks whether rules shall be put to past decisions. */
  readonly simulateEvery: Duration;
  /** So many orders a transaction. */
  readonly simulatePage: number;
}

/** What is set of simulations, by `<prefix>_SIMULATE_EVERY_SECONDS` and `<prefix>_SIMULATE_PAGE`. */
export const readSimulationConfig = (read: ConfigReader, prefix: string): SimulationConfig => ({
  simulateEvery: read.duration(`${prefix}_SIMULATE_EVERY_SECONDS`, 2, 'seconds'),
  simulatePage: read.whole(`${prefix}_SIMULATE_PAGE`, 1_000, 'a whole number of orders'),
});

/** Carries simulations on, a page a transaction, as long as there are any. */
export function scheduleSimulations({ config, repeat, submit, obstacle }: Pick<Runtime<SimulationConfig>, 'config' | 'repeat' | 'submit' | 'obstacle'>, advance: AdvanceSimulations): void {
  repeat('simulate rules', config.simulateEvery, async () => {
    while (obstacle() === null && (await submit(advance)));
  });
}
