import type { Migrations } from '@order-mesh/platform';

export { rulesInbound, simulationsInbound } from './inbound/rules-inbound.ts';
export { learnRules, type LearnRules, type RulebookEvent } from './learn-rules.ts';
export { memoryRuleBook } from './memory-rule-book.ts';
export { pgRuleBook, readRulesAhead } from './pg-rule-book.ts';
export type { RuleBook, RuleBookOptions } from './rule-book.ts';
export type { Shadow } from './shadow.ts';
export type { ShadowBook } from './shadow-ports.ts';
export { scheduleShadows, tellShadows, type ShadowPorts } from './tell-shadows.ts';
export { memoryPastDecisions, memorySimulationBook } from './memory-simulation-book.ts';
export { pgSimulationBook } from './pg-simulation-book.ts';
export { readSimulationConfig, scheduleSimulations, type SimulationConfig } from './schedule-simulations.ts';
export { advanceSimulations, noteSimulations, type AdvanceSimulations, type NoteSimulations, type SimulationEvent } from './simulate-rules.ts';
export type { Example, Margin, Outcome, PastDecision, PastRecord, SimulatedPoint, Simulation, Told } from './simulation.ts';
export type { PastDecisions, SimulationBook, SimulationPorts } from './simulation-ports.ts';

/** The schema `rulebook`: name it among the mechanisms of every service that decides by rules. */
export const rulebookMigrations: Migrations = { schema: 'rulebook', folder: new URL('../migrations/', import.meta.url), shared: true };
