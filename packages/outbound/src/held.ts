import type { Instant } from '@order-mesh/kernel';
import { isInquired, type Operations } from './call.ts';
import type { ClaimedCall } from './ledger.ts';

/** The calls this process holds a lease of: waiting for their turn, under way, or not recorded yet. */
export class HeldCalls {
  readonly #leases = new Map<string, Instant>();
  /** By ledger, whose turn is next first. */
  #queues: ReadonlyMap<string, readonly ClaimedCall[]> = new Map();

  get size(): number {
    return this.#leases.size;
  }

  get waiting(): number {
    return this.#inLine().length;
  }

  /** How many calls of a ledger wait for their turn. */
  waitingOf(ledger: string): number {
    return this.#queues.get(ledger)?.length ?? 0;
  }

  hold(calls: readonly ClaimedCall[], until: Instant): void {
    for (const { key } of calls) this.#leases.set(key, until);
    this.#queues = byLedger([...this.#inLine(), ...calls]);
  }

  /** The next calls to carry out together: the ledgers take turns, of one ledger the first that came. What lost its lease, in a process that stood still, is somebody else's now and dropped. */
  next(operations: Operations, now: Instant): readonly ClaimedCall[] {
    const [lost, held] = parted(inTurns(this.#queues), ({ key }) => (this.#leases.get(key) ?? 0) <= now);
    for (const { key } of lost) this.#leases.delete(key);
    const [first, ...rest] = held;
    this.#queues = byLedger(rest);
    if (!first) return [];
    const operation = operations[first.operation];
    const isPerformed = ({ known }: ClaimedCall): boolean => known === 'not-done' || (operation !== undefined && !isInquired(operation));
    const most = isPerformed(first) ? (operation?.batchSize ?? 1) : 1;
    const alike = new Set(rest.filter((call) => call.operation === first.operation && isPerformed(call)).slice(0, most - 1));
    this.#queues = byLedger(rest.filter((call) => !alike.has(call)));
    return [first, ...alike];
  }

  /** Takes everything that waits out of the queue, or what waits of one ledger. */
  drain(ledger?: string): readonly ClaimedCall[] {
    const [drained, rest] = parted(this.#inLine(), (call) => ledger === undefined || call.ledger === ledger);
    this.#queues = byLedger(rest);
    return drained;
  }

  letGo(calls: readonly ClaimedCall[]): void {
    for (const { key } of calls) this.#leases.delete(key);
  }

  /** Keys whose lease ends before `moment`. */
  endingBefore(moment: Instant): readonly string[] {
    return [...this.#leases].filter(([, until]) => until < moment).map(([key]) => key);
  }

  /** Until when all of these are held; 0 when one is not. */
  until(calls: readonly ClaimedCall[]): Instant {
    return Math.min(...calls.map(({ key }) => this.#leases.get(key) ?? 0));
  }

  prolong(keys: readonly string[], until: Instant): void {
    for (const key of keys) if (this.#leases.has(key)) this.#leases.set(key, until);
  }

  #inLine(): readonly ClaimedCall[] {
    return [...this.#queues.values()].flat();
  }
}

function byLedger(calls: readonly ClaimedCall[]): ReadonlyMap<string, readonly ClaimedCall[]> {
  return Map.groupBy(calls, ({ ledger }) => ledger);
}

/** The first of each ledger, then the second of each, and so on. Whoever is served goes behind those that wait: what is left is grouped in this order. */
function inTurns(queues: ReadonlyMap<string, readonly ClaimedCall[]>): readonly ClaimedCall[] {
  const longest = Math.max(0, ...[...queues.values()].map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => [...queues.values()].flatMap((calls) => calls.slice(turn, turn + 1))).flat();
}

/** Those for which it is so, and the others. */
export function parted(calls: readonly ClaimedCall[], isOne: (call: ClaimedCall) => boolean): readonly [readonly ClaimedCall[], readonly ClaimedCall[]] {
  return [calls.filter(isOne), calls.filter((call) => !isOne(call))];
}
