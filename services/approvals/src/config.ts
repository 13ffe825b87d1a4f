import type { Duration } from '@order-mesh/kernel';
import type { ConfigReader } from '@order-mesh/platform';

export interface ApprovalsConfig {
  readonly expireEvery: Duration;
  /** Orders whose tasks are closed in one go. */
  readonly expireAtMost: number;
}

export const readApprovalsConfig = (read: ConfigReader): ApprovalsConfig => ({
  expireEvery: read.duration('APPROVALS_EXPIRE_EVERY_SECONDS', 1, 'seconds'),
  expireAtMost: read.whole('APPROVALS_EXPIRE_AT_MOST', 500, 'a whole number of orders'),
});
