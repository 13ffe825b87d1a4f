import type { PriceOrder } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { customerTier, marginGuard, orderAnomaly, price, promotion, rebate, type CompiledRules } from '@order-mesh/rules';
import type { BudgetOf } from './budget.ts';
import type { Customer } from './customer.ts';
import type { CostOf } from './margin.ts';

/** The points at which a price is decided. */
export const pricingPoints = { tier: customerTier, price, guard: marginGuard, promotion, rebate, anomaly: orderAnomaly } as const;

/** Rules by point, the same for a whole transaction. */
export type PricingRules = { readonly [Point in keyof typeof pricingPoints]: Pick<CompiledRules, 'decide' | 'set'> };

export interface Circumstances {
  readonly now: Instant;
  readonly rules: PricingRules;
  /** Without the order itself. */
  readonly customer: Customer;
  /** Without the order itself. */
  readonly budgetOf: BudgetOf;
  readonly costOf: CostOf;
}

/** An ask for a price, with what names its content: asked for the same again, an order costs the same. */
export type Asked = PriceOrder & { readonly content: string };
