import { randomUUID } from 'node:crypto';
import { days, hours, seconds } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import type { CallTo, Operations, SettledFrom } from './call.ts';
import type { CallLedger, ClaimedCall, NewCall, Throttle } from './ledger.ts';
import { pgCallLedger } from './pg-ledger.ts';
import type { Ended } from './recorder.ts';
import type { CallLimits, DeskRuntime } from './runtime.ts';
import { Worker } from './worker.ts';

export interface DeskOptions<Ops extends Operations> {
  /** Name of the service; the desk sees no other service's calls. */
  readonly service: string;
  /** Name of the partner: one breaker and one rate each, and a rate for each ledger within it. */
  readonly system: string;
  readonly runtime: DeskRuntime;
  readonly operations: Ops;
  /** Takes all calls that came to their end since the last time, in the transaction that records them. May run again after a rollback. */
  readonly settle: (settled: readonly SettledFrom<Ops>[], unit: Unit) => Promise<void>;
  readonly limits?: Partial<CallLimits>;
  /** Where calls are kept; PostgreSQL if not named. */
  readonly ledger?: CallLedger;
}

/** The one way to a partner system: durable, once, bounded. */
export interface CallDesk<Ops extends Operations = Operations> {
  /**
   * Records the calls in the unit's transaction; they are made once it commits.
   * A key asked before changes nothing; that of a settled question is asked anew.
   */
  ask(unit: Unit, calls: readonly CallTo<Ops>[]): Promise<void>;
  /** Takes back calls that surely were not carried out; resolves with the keys that now never will be (nothing is settled for them). The others go on. */
  withdraw(unit: Unit, keys: readonly string[]): Promise<readonly string[]>;
}

const USUAL: Omit<CallLimits, 'ledgerPerSecond'> = { concurrency: 16, perSecond: 200, timeoutMs: 10_000, firstRetryMs: 200, maxRetryMs: 30_000, mostWaiting: 10_000 };
/** A message that is read again from the oldest record of its topic must find the call it asked for. */
export const SETTLED_KEPT_FOR = days(31);

/** Opens the desk of one service for one partner system. It works from the runtime's first tick until the service stops. */
export function callDesk<Ops extends Operations>(options: DeskOptions<Ops>): CallDesk<Ops> {
  const { service, system, runtime, operations } = options;
  const ledger = options.ledger ?? pgCallLedger({ service, system, database: runtime.database });
  const by = randomUUID();
  const worker = new Worker({
    service,
    system,
    by,
    runtime,
    ledger,
    operations,
    limits: { ...USUAL, ledgerPerSecond: options.limits?.perSecond ?? USUAL.perSecond, ...options.limits },
    record: (ended, unit) => record(options, { ledger, by }, ended, unit),
  });
  runtime.congestion.watch(() => worker.full());
  runtime.repeat(`calls to ${system}`, seconds(1), () => worker.tick());
  runtime.repeat(`forget calls to ${system}`, hours(1), () => runtime.submit((unit) => ledger.forget(unit.tx, unit.now - SETTLED_KEPT_FOR)));
  runtime.onStop(() => worker.stop(), 'together');
  return {
    ask: (unit, calls) => ask({ ledger, worker, operations }, onceEach(calls), unit),
    withdraw: (unit, keys) => ledger.withdraw(unit.tx, keys, unit.now),
  };
}

interface Asking {
  readonly ledger: CallLedger;
  readonly worker: Worker;
  readonly operations: Operations;
}

// Leased in the very transaction that asks, a call needs no second one to be taken up
async function ask<Ops extends Operations>({ ledger, worker, operations }: Asking, calls: readonly CallTo<Ops>[], unit: Unit): Promise<void> {
  if (calls.length === 0) return;
  const lease = worker.spare(calls);
  const asked = calls.map((call): NewCall => ({ ...call, repeatable: operations[call.operation]?.kind === 'question', priority: operations[call.operation]?.priority ?? 0, ...(lease ? { lease } : {}) }));
  const added = new Set(await ledger.add(unit.tx, asked, unit.now));
  if (added.size === 0) return;
  const taken = calls.filter(({ key }) => added.has(key)).map((call): ClaimedCall => ({ ...call, askedAt: unit.now, attempts: 0, known: 'not-done' }));
  unit.afterCommit(() => (lease ? worker.take(taken, lease) : worker.wake()));
}

interface Recording {
  readonly ledger: CallLedger;
  readonly by: string;
}

async function record<Ops extends Operations>({ service, settle }: DeskOptions<Ops>, { ledger, by }: Recording, ended: readonly Ended[], unit: Unit): Promise<void> {
  const written = new Set(await ledger.save(unit.tx, ended.map(({ update }) => update), { by, now: unit.now }));
  await ledger.throttle(unit.tx, ended.flatMap(throttlesIn));
  const settled = ended.filter(({ call }) => written.has(call.key)).flatMap((one) => settledFrom<Ops>(service, one));
  if (settled.length > 0) await settle(settled, unit);
}

function throttlesIn({ call: { ledger }, update }: Ended): readonly Throttle[] {
  return update.type === 'again' && update.throttledUntil !== undefined ? [{ ledger, until: update.throttledUntil, detail: update.detail }] : [];
}

function settledFrom<Ops extends Operations>(service: string, { call, update }: Ended): readonly SettledFrom<Ops>[] {
  if (update.type !== 'settled') return [];
  const { key, operation, orderId, request, trace = {}, askedAt } = call;
  const cause = { id: `call/${service}/${key}/${askedAt}`, trace };
  const settled: unknown = { key, operation, orderId, request, outcome: update.outcome, cause };
  // The operation's name decides the types of its request and answer, and both were written by that operation
  return [settled as SettledFrom<Ops>];
}

function onceEach<Ops extends Operations>(calls: readonly CallTo<Ops>[]): readonly CallTo<Ops>[] {
  return [...new Map(calls.map((call) => [call.key, call])).values()];
}
