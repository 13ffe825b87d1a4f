import type { SignContract } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { contractTemplate, decideOn, factsFor, type CompiledRules, type DecisionRecord } from '@order-mesh/rules';

/** Every form there is: what a rule may name, and what is printed. */
export const contractForms = ['standard', 'short', 'annex', 'retention'] as const;
export type ContractForm = (typeof contractForms)[number];

/** How a contract is drawn up. */
export interface Form {
  readonly template: ContractForm;
  /** It has to be signed within so many days. */
  readonly signWithinDays: number;
}

/** How contracts were drawn up before rules were asked. */
export const usualForm: Form = { template: 'standard', signWithinDays: 7 };

/** Puts an order to the rules of `contract-template`. */
export function decideForm(rules: CompiledRules, { orderId, customerId, region, amount, lines, startedAt }: SignContract, now: Instant): DecisionRecord {
  return decideOn(rules, factsFor(contractTemplate, { customerId, region, amount, lines: lines.length }), { now, placedAt: startedAt, about: orderId });
}

/** The form that was decided on. */
export function formOf(record: DecisionRecord | null): Form {
  const { template, signWithinDays } = record?.said ?? {};
  return { template: contractForms.find((form) => form === template) ?? usualForm.template, signWithinDays: typeof signWithinDays === 'number' ? signWithinDays : usualForm.signWithinDays };
}
