import type { Duration } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { KeyBook } from './ports.ts';

/** Keys forgotten in one batch, at most. */
const LIMIT = 1_000;

/** Forgets idempotency keys that are older than `keepFor`. Tells whether there may be more. */
export const forgetKeys = ({ keys }: { readonly keys: KeyBook }, keepFor: Duration) => async (unit: Unit): Promise<boolean> =>
  (await keys.forget(unit.tx, unit.now - keepFor, LIMIT)) === LIMIT;
