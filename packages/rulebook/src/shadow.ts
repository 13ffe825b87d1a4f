import type { MessageOf } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import { isNumberField, writeNumber, type CompiledRules, type DecisionPoint, type DecisionRecord, type Field, type Occasion, type Value } from '@order-mesh/rules';
import { countIn, keyOf, lookAt, newSimulation, type Example, type Glass, type Outcome, type SimulatedPoint } from './simulation.ts';

/** What was counted of decisions that rules made silently. */
export interface Tally {
  readonly decisions: number;
  /** Orders they were about; one that is decided on in a later batch again counts again. */
  readonly checked: number;
  readonly changed: number;
  readonly outcomes: readonly Outcome[];
  readonly examples: readonly Example[];
}

/** Rules that decide silently beside those in force. */
export interface Shadow extends Tally {
  readonly shadowId: string;
  readonly changeId: string;
  /** The decision point, by its name. */
  readonly point: string;
  readonly since: Instant;
  readonly until: Instant;
  /** Null while it runs. */
  readonly endedBecause: string | null;
}

/** A decision of the rules in force, and what it was about. */
export interface Overheard {
  readonly about: string;
  readonly record: DecisionRecord;
}

export type Counted = { readonly ok: true; readonly tally: Tally } | { readonly ok: false; readonly why: string };

const MOST_EXAMPLES = 10;
/** So many rules are looked at in one transaction, about 150 ms: a set of 1,000 rules at 10,000 decisions. */
const MOST_LOOKS = 10_000_000;

export const nothingCounted: Tally = { decisions: 0, checked: 0, changed: 0, outcomes: [], examples: [] };

/** The rules in force, with somebody listening to what they decide until a moment; what they decide stays the same. */
export const overheardBy = (listen: (one: Overheard) => void, rules: CompiledRules, until: Instant): CompiledRules => ({
  ...rules,
  decide(facts, occasion) {
    const decision = rules.decide(facts, occasion);
    if (occasion.now < until) listen({ about: occasion.about ?? '', record: { facts, moment: momentOf(occasion), ...decision } });
    return decision;
  },
});

const momentOf = ({ now, placedAt }: Occasion): DecisionRecord['moment'] => ({ now, placedAt });

/** Puts what was decided in one transaction to the rules of a shadow. Never throws: rules that cannot decide, or would take too long, are told as such. */
export function countUp(overheard: readonly Overheard[], glass: Glass & { readonly rules: Pick<CompiledRules, 'decide' | 'set'> }): Counted {
  const rules = glass.rules.set.rules.length;
  if (overheard.length * rules > MOST_LOOKS) return { ok: false, why: `${overheard.length} decisions at once are too many for ${rules} rules that only look on` };
  const page = [...Map.groupBy(overheard, ({ about }) => about)].map(([orderId, all]) => ({ orderId, records: all.map(({ record }) => record) }));
  try {
    const { checked, changed, outcomes, examples } = lookAt(newSimulation({ simulationId: '', point: '', content: '', since: -Infinity, until: Infinity }, 0), page, glass);
    return { ok: true, tally: { decisions: overheard.length, checked, changed, outcomes, examples: examples.slice(0, MOST_EXAMPLES) } };
  } catch (error) {
    return { ok: false, why: `these rules cannot decide: ${error instanceof Error ? error.message : String(error)}`.slice(0, LONGEST_WHY) };
  }
}

const LONGEST_WHY = 500;

/** Two tallies as one; the first examples are kept. */
export function joined(one: Tally, other: Tally): Tally {
  const outcomes = new Map(one.outcomes.map((outcome) => [keyOf(outcome), outcome]));
  for (const outcome of other.outcomes) countIn(outcomes, outcome);
  return {
    decisions: one.decisions + other.decisions, checked: one.checked + other.checked, changed: one.changed + other.changed,
    outcomes: [...outcomes.values()], examples: [...one.examples, ...other.examples].slice(0, MOST_EXAMPLES),
  };
}

/** A shadow with what was counted since it was told last; null where there is nothing new to tell. */
export function withNews(shadow: Shadow, tallies: readonly Tally[], { now, isEndTold }: { readonly now: Instant; readonly isEndTold: boolean }): Shadow | null {
  const endedBecause = shadow.endedBecause ?? (now >= shadow.until ? 'over' : null);
  if (tallies.length === 0 && (endedBecause === null || isEndTold)) return null;
  return { ...shadow, ...tallies.reduce(joined, tallyOf(shadow)), endedBecause };
}

const tallyOf = ({ decisions, checked, changed, outcomes, examples }: Tally): Tally => ({ decisions, checked, changed, outcomes, examples });

/** The event that tells how far it is. */
export const reportOf = ({ shadowId, changeId, point, decisions, checked, changed, outcomes, examples, endedBecause }: Shadow, at: Instant): MessageOf<'ShadowAdvanced'> => ({
  type: 'ShadowAdvanced',
  value: {
    shadowId, changeId, point, state: endedBecause === null ? 'running' : 'ended', decisions, checked, changed,
    outcomes: JSON.stringify(outcomes), examples: JSON.stringify(examples), endedBecause: endedBecause ?? '', at,
  },
});

/** How decisions of a point are told that nobody has other words for: all that is said, and the amount where rules are told one. */
export const toldInFull = (point: DecisionPoint): SimulatedPoint => ({
  point,
  tell: (facts, { said }) => {
    const words = point.outputs.map((field) => inAWord(field, said[field.name])).filter((word) => word !== '');
    return { word: words.join(' ') || null, amount: BigInt(Number(facts['amount'] ?? facts['value'] ?? 0)), given: null };
  },
});

function inAWord(field: Field, value: Value | undefined): string {
  if (value === undefined || value === false) return '';
  if (field.type === 'flag') return field.name;
  return isNumberField(field) ? `${field.name} ${writeNumber(field, Number(value))}` : String(value);
}
