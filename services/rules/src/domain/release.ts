import type { RulesPublished } from '@order-mesh/contracts';
import { hashOf, writeRuleSet, type RuleSet } from '@order-mesh/rules';

/** Rules that are or were in force, as they were published. */
export type Release = RulesPublished;

/** The rules that hold as long as nobody has published others: version 0. */
export const shippedRelease = (set: RuleSet): Release =>
  ({ point: set.point, version: 0, hash: hashOf(set), content: writeRuleSet(set), changeId: '', author: 'order-mesh', approvedBy: null, reason: 'shipped', at: 0 });
