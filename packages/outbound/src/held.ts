import type { Instant } from '@order-mesh/kernel';
import { isInquired, type Operations } from './call.ts';
import type { ClaimedCall } from './ledger.ts';

/** The calls this process holds a lease of: waiting for their turn, under way, or not recorded yet. */
export class HeldCalls {
  readonly #leases = new Map<string, Instant>();
  #queue: ClaimedCall[] = [];

  get size(): number {
    return this.#leases.size;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  hold(calls: readonly ClaimedCall[], until: Instant): void {
    for (const { key } of calls) this.#leases.set(key, until);
    this.#queue.push(...calls);
  }

  /** The next calls to carry out together. What lost its lease, in a process that stood still, is somebody else's now and dropped. */
  next(operations: Operations, now: Instant): readonly ClaimedCall[] {
    const lost = this.#queue.filter(({ key }) => (this.#leases.get(key) ?? 0) <= now);
    for (const { key } of lost) this.#leases.delete(key);
    const [first, ...rest] = this.#queue.filter((call) => !lost.includes(call));
    this.#queue = rest;
    if (!first) return [];
    const operation = operations[first.operation];
    const isPerformed = ({ known }: ClaimedCall): boolean => known === 'not-done' || (operation !== undefined && !isInquired(operation));
    const most = isPerformed(first) ? (operation?.batchSize ?? 1) : 1;
    const alike = rest.filter((call) => call.operation === first.operation && isPerformed(call)).slice(0, most - 1);
    this.#queue = rest.filter((call) => !alike.includes(call));
    return [first, ...alike];
  }

  /** Takes everything that waits out of the queue. */
  drain(): readonly ClaimedCall[] {
    return this.#queue.splice(0);
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
}
