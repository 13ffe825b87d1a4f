import type { Policy, RulesPublished } from '@order-mesh/contracts';
import { MeshError } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import type { Log } from '@order-mesh/platform';
import { compile, shippedRules, type CompiledRules, type DecisionPoint, type RuleSet } from '@order-mesh/rules';
import type { ShadowBook } from './shadow-ports.ts';
import type { SimulatedPoint } from './simulation.ts';

/** The rules a service decides by. */
export interface RuleBook {
  /** Those in force at a decision point, the same for the whole of a transaction: the last that were published and that this release understands, else the shipped ones. Where others decide silently beside them, what they decide is counted. */
  at(tx: Transaction, point: DecisionPoint): Promise<CompiledRules>;
  /** Takes in what was published. What is older than what it has, and what is for others, it leaves. */
  learn(tx: Transaction, published: readonly RulesPublished[]): Promise<void>;
  /** Which rules decide silently beside them. */
  readonly shadows: ShadowBook;
}

export interface RuleBookOptions {
  /** Whose book it is. */
  readonly service: string;
  /** Where it decides. */
  readonly points: readonly DecisionPoint[];
  readonly policy: Policy;
  /** How decisions are told that silent rules would have made otherwise; all that is said, where a point is not among them. */
  readonly told?: readonly SimulatedPoint[];
  readonly log: Log;
}

/** The rules a release comes with, made ready. Throws BROKEN_PROMISE when they can't be decided by. */
export function shippedFor({ points, policy }: Pick<RuleBookOptions, 'points' | 'policy'>): ReadonlyMap<string, CompiledRules> {
  const known = readyUnder.get(policy) ?? new Map<string, CompiledRules>();
  readyUnder.set(policy, known);
  return new Map(points.map((point) => {
    const rules = known.get(point.name) ?? madeReady(point, shippedSet(point, policy));
    known.set(point.name, rules);
    return [point.name, rules];
  }));
}

/** Services of one process share them. */
const readyUnder = new WeakMap<Policy, Map<string, CompiledRules>>();

const shippedSet = ({ name }: DecisionPoint, { credit, inventory }: Policy): RuleSet =>
  shippedRules({ freezeAfterDaysOverdue: credit.freezeAfterDaysOverdue, replenishToTimesSafety: inventory.replenishToTimesSafety }).get(name) ?? { point: name, rules: [] };

function madeReady(point: DecisionPoint, set: RuleSet): CompiledRules {
  const compiled = compile(point, set);
  if (compiled.ok) return compiled.rules;
  const [first] = compiled.problems;
  throw new MeshError('BROKEN_PROMISE', { advice: `rules of ${point.name} can't be decided by: ${first?.rule ?? ''} ${first?.field ?? ''} ${first?.problem ?? ''}` });
}
