import type { Runtime } from '@order-mesh/platform';
import type { InventoryConfig } from '../config.ts';
import type { ExpireLocks } from '../usecases/expire-locks.ts';

/** Gives back, again and again, what was promised for too long. */
export function scheduleExpiry({ config, repeat, submit }: Runtime<InventoryConfig>, expireLocks: ExpireLocks): void {
  repeat('expire stock locks', config.expireEvery, () => submit(expireLocks));
}
