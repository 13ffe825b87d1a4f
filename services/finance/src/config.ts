import type { ConfigReader } from '@order-mesh/platform';

/** Finance has no settings of its own. */
export type FinanceConfig = Readonly<Record<string, never>>;

export const readFinanceConfig = (_read: ConfigReader): FinanceConfig => ({});
