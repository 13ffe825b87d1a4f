import type { ConfigReader } from '@order-mesh/platform';

export interface ApprovalsConfig {
  readonly expireEverySeconds: number;
  /** Orders whose tasks are closed in one go. */
  readonly expireAtMost: number;
}

export const readApprovalsConfig = (read: ConfigReader): ApprovalsConfig => ({
  expireEverySeconds: read.whole('APPROVALS_EXPIRE_EVERY_SECONDS', 1, 'a whole number of seconds'),
  expireAtMost: read.whole('APPROVALS_EXPIRE_AT_MOST', 500, 'a whole number of orders'),
});
