import type { Instant } from '@order-mesh/kernel';
import type { ClaimRequest } from './ledger.ts';

/** What decides whose turn it is. */
export interface Waiting {
  readonly ledger: string;
  readonly customer: string;
  readonly priority: number;
  readonly nextAt: Instant;
}

/**
 * The calls to take up, in the order of their turns: the first of each ledger, then the second of each, beginning after the ledger that had the last turn; of one
 * ledger the highest priority first, of one priority its customers in turn, of one customer the oldest. What the statement `outbound.claim` does, for ledgers that
 * are kept in memory.
 */
export function inTurns<Kept>(due: readonly Kept[], { after, limit, mostOfOne, allowances }: Pick<ClaimRequest, 'after' | 'limit' | 'mostOfOne' | 'allowances'>, waitingOf: (call: Kept) => Waiting): readonly Kept[] {
  const mostOf = new Map(allowances.map(({ ledger, most }) => [ledger, most]));
  const lines = Map.groupBy(due.map((call) => ({ call, waiting: waitingOf(call) })), ({ waiting: { ledger } }) => ledger);
  const names = [...lines.keys()].toSorted();
  const ring = [...names.filter((name) => name > after), ...names.filter((name) => name <= after)];
  const inLine = ring.map((name) => customersInTurn(lines.get(name) ?? []).slice(0, mostOf.get(name) ?? mostOfOne));
  const longest = Math.min(limit, Math.max(0, ...inLine.map(({ length }) => length)));
  return Array.from({ length: longest }, (_, turn) => inLine.flatMap((line) => line.slice(turn, turn + 1))).flat().slice(0, limit).map(({ call }) => call);
}

function customersInTurn<Call extends { readonly waiting: Waiting }>(calls: readonly Call[]): readonly Call[] {
  const turns = new Map<string, number>();
  const numbered = calls.toSorted((one, other) => byPriority(one, other) || one.waiting.nextAt - other.waiting.nextAt).map((call) => {
    const customer = `${call.waiting.priority}/${call.waiting.customer}`;
    const turn = turns.get(customer) ?? 0;
    turns.set(customer, turn + 1);
    return { call, turn };
  });
  return numbered.toSorted((one, other) => byPriority(one.call, other.call) || one.turn - other.turn).map(({ call }) => call);
}

const byPriority = <Call extends { readonly waiting: Waiting }>(one: Call, other: Call): number => other.waiting.priority - one.waiting.priority;
