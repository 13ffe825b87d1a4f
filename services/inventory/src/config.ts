import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';

export interface InventoryConfig {
  readonly expireEvery: Duration;
  /** Locks given back in one go. */
  readonly expireAtMost: number;
}

export const readInventoryConfig = (read: ConfigReader): InventoryConfig => ({
  expireEvery: read.duration('INVENTORY_EXPIRE_EVERY_SECONDS', 30, 'seconds'),
  expireAtMost: read.whole('INVENTORY_EXPIRE_AT_MOST', 500, 'a whole number of locks'),
});
