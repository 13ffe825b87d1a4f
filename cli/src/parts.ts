// The parts of a mesh, for whoever runs them one by one: fault tests start, starve and kill each by itself.
export type { PlacedOrder, SalesDesk } from './demo/sales-desk.ts';
export { regionalManager } from './demo/regional-manager.ts';
export { allLetters, redrive, type Redriven } from './dlq/redrive.ts';
export { explain } from './failure.ts';
export { openCaseDesk, type CaseDesk } from './gateway/cases.ts';
export { openLetterDesk, type LetterDesk } from './gateway/dead-letters.ts';
export { openPartnerDesk, type PartnerDesk } from './gateway/partners.ts';
export { openReconciliation, type ReconciliationDesk } from './gateway/reconciliation.ts';
export { openRulesDesk, type RulesDesk } from './gateway/rules.ts';
export { openGateway, type Gateway } from './gateway/gateway.ts';
export type { Session } from './session/session.ts';
export { compareNow } from './reconcile/compare-now.ts';
export { serviceEnv, simulatorEnv, type Addresses } from './up/addresses.ts';
export { auditKeyIn } from './up/audit-key.ts';
export { privacyKeyIn } from './up/privacy-key.ts';
export { ensureKey } from './up/private-file.ts';
export { listenForInterruption, type Interruption } from './up/interrupt.ts';
export { startNode, type NodeChild } from './up/node-child.ts';
export { serviceNames } from './up/plan.ts';
export { hostProgram, root, serviceProgram, type Program } from './up/programs.ts';
export { simulatorNames, type Ports, type SimulatorName } from './up/settings.ts';

/** The sales desk of the demo, with the library it needs: only who places orders loads it. */
export const loadSalesDesk = (): Promise<typeof import('./demo/sales-desk.ts')> => import('./demo/sales-desk.ts');
