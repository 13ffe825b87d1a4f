import type { Migrations } from '@order-mesh/platform';

export { learnRules, type LearnRules, type RulebookEvent } from './learn-rules.ts';
export { memoryRuleBook } from './memory-rule-book.ts';
export { pgRuleBook, readRulesAhead } from './pg-rule-book.ts';
export type { RuleBook, RuleBookOptions } from './rule-book.ts';

/** The schema `rulebook`: name it among the mechanisms of every service that decides by rules. */
export const rulebookMigrations: Migrations = { schema: 'rulebook', folder: new URL('../migrations/', import.meta.url), shared: true };
