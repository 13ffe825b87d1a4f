import type { ConfigReader } from '@order-mesh/platform';

/** Credit has no settings of its own: the policy says all. */
export type CreditConfig = Readonly<Record<string, never>>;

export const readCreditConfig = (_read: ConfigReader): CreditConfig => ({});
