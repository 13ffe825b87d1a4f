import { seconds } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Runtime } from '@order-mesh/platform';
import type { ParcelBook } from '../usecases/ports.ts';

/** Looks after parcels when their time has come; ten seconds without any cost one indexed read. */
export function scheduleTracking({ repeat, submit, clock }: Pick<Runtime<unknown>, 'repeat' | 'submit' | 'clock'>, parcels: ParcelBook, ask: (unit: Unit) => Promise<void>): void {
  repeat('ask where parcels are', seconds(10), async () => {
    if (await parcels.anyDue(clock.now())) await submit((unit) => ask(unit));
  });
}
