import type { Particular } from '../definition.ts';
import { approvalsStatements } from './approvals.ts';
import { callStatements } from './calls.ts';
import { contractStatements } from './contract.ts';
import { creditStatements } from './credit.ts';
import { erpAdapterStatements } from './erp-adapter.ts';
import { financeStatements } from './finance.ts';
import { inventoryStatements } from './inventory.ts';
import { messagingStatements } from './messaging.ts';
import { orchestratorStatements } from './order-orchestrator.ts';
import { pricingStatements } from './pricing.ts';
import { rulebookStatements } from './rulebook.ts';

/** What is more than rows by key or rows from arrays, by the statement's name. */
export const particulars: Readonly<Record<string, Particular>> = {
  ...approvalsStatements, ...callStatements, ...contractStatements, ...creditStatements, ...erpAdapterStatements, ...financeStatements,
  ...inventoryStatements, ...messagingStatements, ...orchestratorStatements, ...pricingStatements, ...rulebookStatements,
};
