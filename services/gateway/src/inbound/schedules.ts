import { hours, seconds } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { Runtime } from '@order-mesh/platform';
import type { TokenReader } from '../usecases/ports.ts';

/** Forgets old idempotency keys every hour, a thousand a batch. */
export function scheduleForgetting({ repeat, submit }: Runtime<unknown>, forgetKeys: (unit: Unit) => Promise<boolean>): void {
  repeat('forget idempotency keys', hours(1), async () => {
    for (let more = true; more;) more = await submit(forgetKeys);
  });
}

/** Gets the issuer's keys as soon as they can be had; until then nobody can be let in, and the process says so. */
export function watchKeys({ repeat, waitsFor }: Pick<Runtime<unknown>, 'repeat' | 'waitsFor'>, tokens: TokenReader): void {
  waitsFor(() => tokens.obstacle());
  repeat('get the keys of the token issuer', seconds(1), async () => {
    if (tokens.obstacle() !== null) await tokens.prepare();
  });
}
