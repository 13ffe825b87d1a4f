import type { ConfigReader } from '@order-mesh/platform';

export interface InventoryConfig {
  readonly expireEverySeconds: number;
  /** Locks given back in one go. */
  readonly expireAtMost: number;
}

export const readInventoryConfig = (read: ConfigReader): InventoryConfig => ({
  expireEverySeconds: read.whole('INVENTORY_EXPIRE_EVERY_SECONDS', 30, 'a whole number of seconds'),
  expireAtMost: read.whole('INVENTORY_EXPIRE_AT_MOST', 500, 'a whole number of locks'),
});
