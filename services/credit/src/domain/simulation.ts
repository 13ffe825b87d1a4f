import type { MessageOf } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { CompiledRules, DecisionRecord } from '@order-mesh/rules';

/** How far it is known what other rules would have decided on past orders. */
export interface Simulation {
  readonly simulationId: string;
  /** The other rules, as they are sent. */
  readonly content: string;
  /** Decisions from `since` on and before `until` count. */
  readonly since: Instant;
  readonly until: Instant;
  /** Decisions that are kept, and how many of them have been looked at; those of other times are looked at, and not counted further. */
  readonly total: number;
  readonly checked: number;
  readonly changed: number;
  readonly outcomes: readonly Outcome[];
  readonly examples: readonly Example[];
  /** The order that was looked at last. */
  readonly after: string;
  readonly isDone: boolean;
}

/** So many orders, over so much money in fen, were decided this way and would have been decided that way. */
export interface Outcome {
  readonly was: string;
  readonly would: string;
  readonly orders: number;
  readonly amount: string;
}

export interface Example {
  readonly orderId: string;
  readonly was: string;
  readonly would: string;
  /** The rule that would have decided; null for none. */
  readonly rule: string | null;
  readonly facts: DecisionRecord['facts'];
}

export interface PastDecision {
  readonly orderId: string;
  readonly record: DecisionRecord;
}

const MOST_EXAMPLES = 20;

export const newSimulation = (ask: Pick<Simulation, 'simulationId' | 'content' | 'since' | 'until'>, total: number): Simulation =>
  ({ ...ask, total, checked: 0, changed: 0, outcomes: [], examples: [], after: '', isDone: false });

/** Puts a page of past decisions, in the order of their orders, to the other rules; an empty page ends it. */
export function lookAt(simulation: Simulation, page: readonly PastDecision[], rules: Pick<CompiledRules, 'decide'>): Simulation {
  const outcomes = new Map(simulation.outcomes.map((outcome) => [keyOf(outcome), outcome]));
  const examples = [...simulation.examples];
  let { changed } = simulation;
  for (const { orderId, record } of page) {
    const { facts, moment, said } = record;
    if (moment.now < simulation.since || moment.now >= simulation.until) continue;
    const again = rules.decide(facts, moment);
    const [was, would] = [String(said['verdict']), String(again.said['verdict'])];
    const known = outcomes.get(keyOf({ was, would })) ?? { was, would, orders: 0, amount: '0' };
    outcomes.set(keyOf(known), { was, would, orders: known.orders + 1, amount: String(BigInt(known.amount) + BigInt(facts['amount'] ?? 0)) });
    if (was === would) continue;
    changed += 1;
    if (examples.length < MOST_EXAMPLES) examples.push({ orderId, was, would, rule: again.rule, facts });
  }
  const checked = simulation.checked + page.length;
  return { ...simulation, checked, changed, outcomes: [...outcomes.values()], examples, after: page.at(-1)?.orderId ?? simulation.after, isDone: page.length === 0 };
}

/** The event that tells how far it is. Orders that were decided on meanwhile may make it more than there were. */
export function advanceOf(simulation: Simulation, at: Instant): MessageOf<'SimulationAdvanced'> {
  const { simulationId, total, checked, changed, outcomes, examples, isDone } = simulation;
  return {
    type: 'SimulationAdvanced',
    value: {
      simulationId, point: 'credit-control', state: isDone ? 'done' : 'running', total: Math.max(total, checked), checked, changed,
      outcomes: JSON.stringify(outcomes), examples: JSON.stringify(examples), detail: '', at,
    },
  };
}

/** The event that tells why there is nothing to know. */
export const refusalOf = (simulationId: string, detail: string, at: Instant): MessageOf<'SimulationAdvanced'> => ({
  type: 'SimulationAdvanced',
  value: { simulationId, point: 'credit-control', state: 'refused', total: 0, checked: 0, changed: 0, outcomes: '[]', examples: '[]', detail, at },
});

const keyOf = ({ was, would }: Pick<Outcome, 'was' | 'would'>): string => `${was} ${would}`;
