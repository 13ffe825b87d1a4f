import type { MessageOf } from '@order-mesh/contracts';
import type { Instant } from '@order-mesh/kernel';
import type { CompiledRules, Decision, DecisionPoint, DecisionRecord } from '@order-mesh/rules';

/** How far it is known what other rules would have decided on past orders. */
export interface Simulation {
  readonly simulationId: string;
  /** The decision point, by its name. */
  readonly point: string;
  /** The other rules, as they are sent. */
  readonly content: string;
  /** Decisions from `since` on and before `until` count. */
  readonly since: Instant;
  readonly until: Instant;
  /** Orders whose decisions are kept, and how many of them have been looked at; those of other times are looked at, and not counted further. */
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
export interface Outcome extends Gift {
  readonly was: string;
  readonly would: string;
  readonly orders: number;
  readonly amount: string;
  /** Absent where a point gives no money, and where of no order all costs are known. */
  readonly margin?: Margin;
}

/** Of so many orders all costs are known: what is paid for them, what would be, and what they cost the company, in fen. */
export interface Margin {
  readonly orders: number;
  readonly paid: string;
  readonly wouldPay: string;
  readonly cost: string;
}

/** What was taken off and what would have been, in fen; absent where a point gives no money. */
export interface Gift {
  readonly given?: string;
  readonly wouldGive?: string;
}

export interface Example extends Gift {
  readonly orderId: string;
  readonly was: string;
  readonly would: string;
  /** The rule that decided, and the one that would have; null for none. */
  readonly wasRule: string | null;
  readonly rule: string | null;
  readonly facts: DecisionRecord['facts'];
}

/** What was decided at one point about one order; nothing where rules were not asked, several where they were asked line by line. */
export interface PastDecision {
  readonly orderId: string;
  readonly records: readonly PastRecord[];
  /** What is paid for the order, and what it costs the company, in fen; absent where the order does not stand, or a cost is not known. */
  readonly sold?: { readonly paid: bigint; readonly cost: bigint };
}

export type PastRecord = Omit<DecisionRecord, 'hash'>;

/** A point whose past decisions can be looked at again. */
export interface SimulatedPoint {
  readonly point: DecisionPoint;
  /** Tells what was said about facts. */
  readonly tell: (facts: DecisionRecord['facts'], decision: Pick<Decision, 'said' | 'rule'>) => Told;
  /** What of the past is not kept, and so not looked at. */
  readonly leavesOut?: string;
}

export interface Told {
  /** What was decided, in a word; null where nothing came of it. */
  readonly word: string | null;
  /** What it is about, in fen. */
  readonly amount: bigint;
  /** What it takes off, in fen; null where a point gives no money. */
  readonly given: bigint | null;
}

const NOTHING = 'none';
const MOST_EXAMPLES = 20;
const MOST_OUTCOMES = 200;
const MOST_WORDS = 3;

export const newSimulation = (ask: Pick<Simulation, 'simulationId' | 'point' | 'content' | 'since' | 'until'>, total: number): Simulation => {
  const { simulationId, point, content, since, until } = ask;
  return { simulationId, point, content, since, until, total, checked: 0, changed: 0, outcomes: [], examples: [], after: '', isDone: false };
};

export interface Glass {
  readonly rules: Pick<CompiledRules, 'decide'>;
  readonly tell: SimulatedPoint['tell'];
}

/** Puts a page of past decisions, in the order of their orders, to the other rules; an empty page ends it. */
export function lookAt(simulation: Simulation, page: readonly PastDecision[], glass: Glass): Simulation {
  const outcomes = new Map(simulation.outcomes.map((outcome) => [keyOf(outcome), outcome]));
  const examples = [...simulation.examples];
  let { changed } = simulation;
  for (const { orderId, records, sold } of page) {
    const asked = records.filter(({ moment }) => moment.now >= simulation.since && moment.now < simulation.until);
    if (asked.length === 0) continue;
    const seen = asked.map((record) => seenThrough(glass, record));
    const different = seen.find(({ was, would }) => was.word !== would.word || was.given !== would.given);
    countIn(outcomes, withMargin(outcomeOf(seen), sold));
    if (!different) continue;
    changed += 1;
    const { was, would, ...gift } = outcomeOf([different]);
    if (examples.length < MOST_EXAMPLES) examples.push({ orderId, was, would, wasRule: different.wasRule, rule: different.rule, facts: different.facts, ...giftIn(gift) });
  }
  const checked = simulation.checked + page.length;
  return { ...simulation, checked, changed, outcomes: [...outcomes.values()], examples, after: page.at(-1)?.orderId ?? simulation.after, isDone: page.length === 0 };
}

/** The event that tells how far it is. Orders that were decided on meanwhile may make it more than there were. */
export function advanceOf(simulation: Simulation, at: Instant, leavesOut = ''): MessageOf<'SimulationAdvanced'> {
  const { simulationId, point, total, checked, changed, outcomes, examples, isDone } = simulation;
  return {
    type: 'SimulationAdvanced',
    value: {
      simulationId, point, state: isDone ? 'done' : 'running', total: Math.max(total, checked), checked, changed,
      outcomes: JSON.stringify(outcomes), examples: JSON.stringify(examples), detail: leavesOut, at,
    },
  };
}

/** The event that tells why there is nothing to know. */
export const refusalOf = ({ simulationId, point }: Pick<Simulation, 'simulationId' | 'point'>, detail: string, at: Instant): MessageOf<'SimulationAdvanced'> => ({
  type: 'SimulationAdvanced',
  value: { simulationId, point, state: 'refused', total: 0, checked: 0, changed: 0, outcomes: '[]', examples: '[]', detail, at },
});

interface Seen extends Pick<DecisionRecord, 'facts' | 'rule'> {
  readonly wasRule: string | null;
  readonly was: Told;
  readonly would: Told;
}

function seenThrough({ rules, tell }: Glass, record: PastRecord): Seen {
  const again = rules.decide(record.facts, record.moment);
  return { facts: record.facts, wasRule: record.rule, rule: again.rule, was: tell(record.facts, record), would: tell(record.facts, again) };
}

function outcomeOf(seen: readonly Seen[]): Outcome {
  const [given, wouldGive] = [sumOf(seen.map(({ was }) => was.given)), sumOf(seen.map(({ would }) => would.given))];
  const amount = String(seen.reduce((sum, { was }) => sum + was.amount, 0n));
  const common = { was: inAWord(seen.map(({ was }) => was.word)), would: inAWord(seen.map(({ would }) => would.word)), orders: 1, amount };
  return given === null || wouldGive === null ? common : { ...common, given: String(given), wouldGive: String(wouldGive) };
}

/** What is paid would change by what would be given more; all else about the order stays as it was. */
function withMargin(outcome: Outcome, sold: PastDecision['sold']): Outcome {
  const { given, wouldGive } = outcome;
  if (!sold || given === undefined || wouldGive === undefined) return outcome;
  const wouldPay = sold.paid + BigInt(given) - BigInt(wouldGive);
  return { ...outcome, margin: { orders: 1, paid: String(sold.paid), wouldPay: String(wouldPay), cost: String(sold.cost) } };
}

function inAWord(words: readonly (string | null)[]): string {
  const different = [...new Set(words)].filter((word) => word !== null).sort();
  const more = different.length - MOST_WORDS;
  return [...different.slice(0, MOST_WORDS), ...(more > 0 ? [`${more} more`] : [])].join(' + ') || NOTHING;
}

const sumOf = (all: readonly (bigint | null)[]): bigint | null => all.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0n);

const giftIn = ({ given, wouldGive }: Gift): Gift => (given === undefined || wouldGive === undefined ? {} : { given, wouldGive });

/** Counts orders in, with those that came out the same; where there are too many ways they count together. */
export function countIn(outcomes: Map<string, Outcome>, found: Outcome): void {
  const one = outcomes.has(keyOf(found)) || outcomes.size < MOST_OUTCOMES ? found : { ...found, was: 'others', would: found.was === found.would ? 'others' : 'others than those' };
  const known = outcomes.get(keyOf(one));
  outcomes.set(keyOf(one), known ? { ...one, orders: known.orders + one.orders, amount: added(known.amount, one.amount), ...giftIn(addedGifts(known, one)), ...marginIn(known.margin, one.margin) } : one);
}

const addedGifts = (known: Gift, { given, wouldGive }: Gift): Gift =>
  (given === undefined || wouldGive === undefined ? {} : { given: added(known.given ?? '0', given), wouldGive: added(known.wouldGive ?? '0', wouldGive) });

function marginIn(known: Margin | undefined, found: Margin | undefined): Pick<Outcome, 'margin'> {
  if (!known || !found) return known ? { margin: known } : found ? { margin: found } : {};
  return { margin: { orders: known.orders + found.orders, paid: added(known.paid, found.paid), wouldPay: added(known.wouldPay, found.wouldPay), cost: added(known.cost, found.cost) } };
}

const added = (one: string, other: string): string => String(BigInt(one) + BigInt(other));

// a word may hold blanks: what it was ends where no word does
export const keyOf = ({ was, would }: Pick<Outcome, 'was' | 'would'>): string => `${was}\n${would}`;
