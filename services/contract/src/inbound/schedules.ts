import { seconds } from '@order-mesh/kernel';
import type { Runtime } from '@order-mesh/platform';
import type { CheckOpenFlows } from '../usecases/check-open-flows.ts';
import type { ContractBook } from '../usecases/ports.ts';

/** Looks at open flows when their time has come; a second without any costs one indexed read. */
export function scheduleChecks({ repeat, submit, clock }: Pick<Runtime<unknown>, 'repeat' | 'submit' | 'clock'>, contracts: ContractBook, checkOpenFlows: CheckOpenFlows): void {
  repeat('look at open signing flows', seconds(1), async () => {
    if (await contracts.anyDueForCheck(clock.now())) await submit((unit) => checkOpenFlows(unit));
  });
}
