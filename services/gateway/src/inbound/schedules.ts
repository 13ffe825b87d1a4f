import { hours } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Runtime } from '@order-mesh/platform';

/** Forgets old idempotency keys every hour, a thousand a batch. */
export function scheduleForgetting({ repeat, submit }: Runtime<unknown>, forgetKeys: (unit: Unit) => Promise<boolean>): void {
  repeat('forget idempotency keys', hours(1), async () => {
    for (let more = true; more;) more = await submit(forgetKeys);
  });
}
