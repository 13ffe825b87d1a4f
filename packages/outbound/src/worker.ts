import { milliseconds, seconds, type Duration, type Instant } from '@order-mesh/kernel';
import { traceIdIn, type Unit } from '@order-mesh/messaging';
import type { Counts, Full, Observes } from '@order-mesh/platform';
import { Alarm } from './alarm.ts';
import { carryOut } from './attempt.ts';
import { Backlog } from './backlog.ts';
import type { Call, Operations } from './call.ts';
import { Gate } from './gate.ts';
import { HeldCalls, parted } from './held.ts';
import type { CallLedger, CallUpdate, ClaimedCall, Lease } from './ledger.ts';
import { LedgerBuckets } from './ledger-buckets.ts';
import { partnerMeasures } from './measures.ts';
import { afterAttempt, parked, turnOf, type Found, type Moment } from './next.ts';
import { Recorder, type Ended } from './recorder.ts';
import type { CallLimits, DeskRuntime } from './runtime.ts';
import { StandingWatch } from './standing.ts';

export interface WorkerOptions {
  readonly service: string;
  readonly system: string;
  /** Names this process in leases. */
  readonly by: string;
  readonly runtime: DeskRuntime;
  readonly ledger: CallLedger;
  readonly operations: Operations;
  readonly limits: CallLimits;
  readonly record: (ended: readonly Ended[], unit: Unit) => Promise<void>;
}

// Short, so that the calls of a killed process go on soon; prolonged every second while a call takes longer
const LEASE = seconds(6);
const PROLONG_BELOW = seconds(4);
const STOP_WITHIN = seconds(3);
const POLLED_EVERY = seconds(1);
// So long tokens gather before more calls are taken up for them
const FILLED_FOR = milliseconds(50);

/** Carries out what is due. Nothing in it is worth keeping: all it knows is in the ledger. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #held = new HeldCalls();
  readonly #underWay = new Set<Promise<void>>();
  /** Ends what is under way. */
  readonly #stopping = new AbortController();
  readonly #gate: Gate;
  readonly #ledgers: LedgerBuckets;
  readonly #alarm: Alarm;
  readonly #largestBatch: number;
  readonly #recorder: Recorder;
  readonly #backlog: Backlog;
  readonly #standing: StandingWatch;
  readonly #attempts: Counts<typeof partnerMeasures.attempts>;
  readonly #took: Observes<typeof partnerMeasures.took>;
  #mayBeDue = true;
  #lastTurn = '';
  #lateFirst = false;
  #claiming = false;
  /** Nothing is begun any more. */
  #ending = false;

  constructor(options: WorkerOptions) {
    const { system, limits, record, runtime: { submit, log, metrics, clock } } = options;
    this.#options = options;
    this.#alarm = new Alarm(clock, () => this.wake());
    this.#largestBatch = Math.max(1, ...Object.values(options.operations).map(({ batchSize }) => batchSize ?? 1));
    this.#ledgers = new LedgerBuckets({ perSecond: limits.ledgerPerSecond, largestBatch: this.#largestBatch });
    this.#gate = new Gate({ system, ...limits, log, metrics, clock, onReopened: () => this.wake(), throttledLedgers: () => this.#ledgers.throttledCount(clock.now()) });
    this.#standing = new StandingWatch({ ...options, gate: this.#gate, rates: limits });
    this.#attempts = metrics.counter(partnerMeasures.attempts);
    this.#took = metrics.histogram(partnerMeasures.took);
    this.#backlog = new Backlog({ system, mostWaiting: limits.mostWaiting, metrics });
    this.#recorder = new Recorder({ submit, log, record, onRecorded: (ended) => this.#recorded(ended) });
  }

  /** A lease for calls that are being asked, if this process can take them up at once. */
  spare(calls: readonly Pick<Call, 'ledger'>[]): Lease | undefined {
    if (this.#mayBeDue || this.#gate.shut !== null || this.#ending || this.#room < calls.length) return undefined;
    const isCarried = [...Map.groupBy(calls, ({ ledger }) => ledger)].every(([ledger, { length }]) => this.#ledgers.allows(ledger, this.#now) >= length + this.#held.waitingOf(ledger));
    return isCarried ? this.#lease() : undefined;
  }

  /** Takes up calls it holds the lease of. */
  take(calls: readonly ClaimedCall[], lease: Lease): void {
    this.#held.hold(calls, lease.until);
    for (const ledger of new Set(calls.map((call) => call.ledger))) this.#leaveAlone(ledger);
    this.#pump();
  }

  /** Looks for due calls now. */
  wake(): void {
    this.#mayBeDue = true;
    this.#pump();
  }

  /** Looks how the partner stands and whether anything is due, and prolongs the leases of what takes long. */
  async tick(): Promise<void> {
    await this.#prolong();
    const { waiting, standing, throttled } = await this.#options.ledger.look(this.#backlog.countedTo, this.#now);
    this.#backlog.counted(waiting);
    for (const { ledger, until } of throttled) this.#throttle(ledger, until);
    // A deadline also counts for ledgers that get no turn now
    this.#lateFirst = this.#ledgers.isAnyShort(this.#now);
    await this.#standing.agree(standing, waiting);
    if (this.#mayBeDue || (waiting > 0 && (await this.#options.ledger.anyDue(this.#now)))) this.wake();
  }

  /** What new orders have to wait for: too many calls that the partner has not settled. */
  full(): Full | null {
    return this.#backlog.full(this.#now);
  }

  /** Ends what is under way, within seconds, and gives the rest back. */
  async stop(): Promise<void> {
    this.#ending = true;
    this.#alarm.clear();
    const timer = setTimeout(() => this.#stopping.abort(), STOP_WITHIN);
    this.#pump();
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    clearTimeout(timer);
    this.#stopping.abort();
    await this.#recorder.idle();
    this.#gate.close();
  }

  get #now() {
    return this.#options.runtime.clock.now();
  }

  /** As much as is under way, and the same again in wait: where calls go together, as many as fill their batches. */
  get #room() {
    return this.#options.limits.concurrency * 2 * this.#largestBatch - this.#held.size;
  }

  #lease(): Lease {
    return { by: this.#options.by, until: this.#now + LEASE };
  }

  #moment(): Moment {
    return { now: this.#now, pace: this.#options.limits, chance: Math.random() };
  }

  #pump(): void {
    if (this.#ending) return this.#park(this.#held.drain(), 'the service was stopped');
    while (this.#held.waiting > 0) {
      const { shut } = this.#gate;
      if (shut !== null) return this.#park(this.#held.drain(), shut);
      const wait = this.#gate.waitMs(this.#now, this.#underWay.size);
      if (wait === undefined) return;
      if (wait > 0) return this.#wakeIn(wait);
      this.#begin(this.#held.next(this.#options.operations, this.#now));
    }
    if (this.#mayBeDue) void this.#claim();
  }

  #begin(batch: readonly ClaimedCall[]): void {
    const run = this.#attempt(batch).then((ended) => {
      this.#underWay.delete(run);
      this.#recorder.add(ended);
      this.#pump();
    });
    this.#underWay.add(run);
  }

  async #attempt(batch: readonly ClaimedCall[]): Promise<readonly Ended[]> {
    const { operations, limits, runtime: { clock } } = this.#options;
    const now = this.#now;
    const [late, [first, ...others]] = parted(batch, (call) => turnOf(call, now) === 'give-up');
    const tooLate = late.map((call) => ({ call, update: parked(call, 'not carried out in time', this.#moment()) }));
    if (!first) return tooLate;
    const operation = operations[first.operation];
    const calls: readonly [ClaimedCall, ...ClaimedCall[]] = [first, ...others];
    this.#ledgers.take(calls.map(({ ledger }) => ledger), now);
    const within = { timeoutMs: limits.timeoutMs, stopping: this.#stopping.signal, clock, heldUntil: () => this.#held.until(calls) };
    const found = operation && (await this.#gate.pass(now, () => carryOut(operation, calls, within)));
    this.#measure(first, this.#now - now, found);
    this.#trace(calls, now, found);
    const why = operation ? this.#gate.shut ?? 'the partner is in trouble' : `nobody knows the operation ${first.operation}`;
    return [...tooLate, ...calls.map((call, at) => ({ call, update: this.#updateFor(call, found?.[at], why) }))];
  }

  #measure({ operation }: ClaimedCall, took: Duration, found: readonly Found[] | undefined): void {
    const { system } = this.#options;
    this.#took.observe(took / 1_000, { system, operation });
    for (const { type } of found ?? []) this.#attempts.add({ system, operation, result: type });
  }

  #trace(calls: readonly ClaimedCall[], began: Instant, found: readonly Found[] | undefined): void {
    const { service, system, runtime: { trace } } = this.#options;
    if (trace) for (const [at, { operation, orderId, trace: cause }] of calls.entries()) trace({ service, system, operation, orderId, cause: cause?.traceparent, began, ended: this.#now, result: found?.[at]?.type ?? 'parked' });
  }

  #updateFor(call: ClaimedCall, found: Found | undefined, why: string): CallUpdate {
    if (!found) return parked(call, why, this.#moment());
    const update = afterAttempt(call, found, this.#moment());
    if (update.type === 'again') {
      const { known, attempts, detail } = update;
      const traceId = call.trace && traceIdIn(call.trace);
      this.#options.runtime.log.info('call to partner is tried again', { key: call.key, operation: call.operation, orderId: call.orderId, ...(traceId !== undefined && { traceId }), known, attempts, detail });
      if (update.throttledUntil !== undefined) this.#throttle(call.ledger, update.throttledUntil);
    }
    return update;
  }

  #throttle(ledger: string, until: Instant): void {
    if (until <= (this.#ledgers.throttledUntil(ledger, this.#now) ?? this.#now)) return;
    this.#ledgers.throttle(ledger, until, this.#now);
    this.#options.runtime.log.warn('the partner asks for fewer calls of a ledger, which waits', { system: this.#options.system, ledger, forMs: until - this.#now });
    this.#leaveAlone(ledger);
  }

  // What waits of a throttled ledger would take up the room that the others need
  #leaveAlone(ledger: string): void {
    const until = this.#ledgers.throttledUntil(ledger, this.#now);
    if (until !== undefined) this.#park(this.#held.drain(ledger), 'the partner asks for fewer calls', until);
  }

  #park(calls: readonly ClaimedCall[], why: string, until?: Instant): void {
    this.#recorder.add(calls.map((call) => ({ call, update: parked(call, why, { ...this.#moment(), until }) })));
  }

  #recorded(ended: readonly Ended[]): void {
    this.#held.letGo(ended.map(({ call }) => call));
    this.#backlog.settled(ended.filter(({ update }) => update.type === 'settled').length, this.#now);
    const soonest = Math.min(...ended.map(({ update }) => (update.type === 'again' ? update.nextAt : Infinity)));
    if (soonest < Infinity) this.#wakeIn(soonest - this.#now);
    this.#pump();
  }

  // What is later is found by the poll
  #wakeIn(wait: Duration): void {
    if (wait < POLLED_EVERY && !this.#ending) this.#alarm.setIn(wait);
  }

  async #claim(): Promise<void> {
    const limit = this.#room;
    if (this.#claiming || limit <= 0 || this.#ending) return;
    this.#claiming = true;
    this.#mayBeDue = false;
    const { runtime, ledger } = this.#options;
    const lease = this.#lease();
    const onlyGivenUp = this.#gate.shut !== null || this.#lateFirst;
    const shares = onlyGivenUp ? { mostOfOne: limit, allowances: [] } : this.#ledgers.shares(limit, this.#now, (one) => this.#held.waitingOf(one));
    const claimed = await runtime
      .submit((unit) => ledger.claim(unit.tx, { now: this.#now, lease, limit, onlyGivenUp, after: this.#lastTurn, ...shares }))
      .catch((error: unknown) => runtime.log.warn('due calls not taken up', { error: String(error) }));
    this.#claiming = false;
    if (!claimed) return;
    this.#mayBeDue ||= claimed.length === limit || this.#lateFirst;
    if (onlyGivenUp) this.#lateFirst &&= claimed.length === limit;
    else this.#lastTurn = claimed.at(-1)?.ledger ?? this.#lastTurn;
    const usedUp = this.#ledgers.usedUp(claimed, shares);
    if (!this.#mayBeDue && usedUp.length > 0) this.#wakeIn(Math.max(FILLED_FOR, this.#ledgers.waitMs(usedUp, this.#now)));
    this.take(claimed, lease);
  }

  async #prolong(): Promise<void> {
    const { runtime, ledger } = this.#options;
    const [keys, lease] = [this.#held.endingBefore(this.#now + PROLONG_BELOW), this.#lease()];
    if (keys.length === 0) return;
    await runtime.submit((unit) => ledger.renew(unit.tx, keys, lease));
    this.#held.prolong(keys, lease.until);
  }
}
