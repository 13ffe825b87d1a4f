import type { Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import type { Acceptance } from './call.ts';
import type { CallLedger, CallUpdate, ClaimedCall, NewCall, Standing, Throttle } from './ledger.ts';
import { ADD, ANY_DUE, CHANGE, CLAIM, FORGET, FORGET_THROTTLES, LOOK, REGISTER, RENEW, SAVE, THROTTLE, WITHDRAW } from './pg-statements.ts';

interface CallRow {
  readonly key: string;
  readonly operation: string;
  readonly order_id: string;
  readonly ledger: string;
  readonly customer: string;
  readonly request: unknown;
  readonly traceparent: string | null;
  readonly known: 'not-done' | 'unknown';
  readonly attempts: number;
  readonly give_up_at: Instant;
  readonly created_at: Instant;
  readonly receipt: string | null;
  readonly result_by: Instant | null;
}

interface LookRow {
  readonly waiting: number;
  readonly state: Standing['state'] | null;
  readonly since: Instant | null;
  readonly paused_by: string | null;
  readonly throttled: Readonly<Record<string, Instant>>;
}

/** Keeps calls in `outbound.call`. A lease that ran out makes a call due again with an unknown outcome, whoever held it. */
export function pgCallLedger({ service, system, database }: { readonly service: string; readonly system: string; readonly database: Database }): CallLedger {
  return {
    async add(tx, calls, now) {
      if (calls.length === 0) return [];
      const values = [service, system, new Date(now), ...columnsOf(calls, now)];
      return (await query<{ key: string }>(tx, { name: 'outbound.add', text: ADD, values })).map(({ key }) => key);
    },
    async claim(tx, { now, lease, limit, onlyGivenUp, after, mostOfOne, allowances }) {
      const short = [allowances.map(({ ledger }) => ledger), allowances.map(({ most }) => most)];
      const values = [service, system, new Date(now), onlyGivenUp, limit, lease.by, new Date(lease.until), after, mostOfOne, ...short];
      return (await query<CallRow>(tx, { name: 'outbound.claim', text: CLAIM, values })).map(claimedFrom);
    },
    async save(tx, updates, { by, now }) {
      if (updates.length === 0) return [];
      const values = [service, by, new Date(now), ...outcomesOf(updates)];
      return (await query<{ key: string }>(tx, { name: 'outbound.save', text: SAVE, values })).map(({ key }) => key);
    },
    async renew(tx, keys, { by, until }) {
      await query(tx, { name: 'outbound.renew', text: RENEW, values: [service, keys, by, new Date(until)] });
    },
    async withdraw(tx, keys, now) {
      if (keys.length === 0) return [];
      return (await query<{ key: string }>(tx, { name: 'outbound.withdraw', text: WITHDRAW, values: [service, keys, new Date(now)] })).map(({ key }) => key);
    },
    async forget(tx, settledBefore) {
      const values = [service, system, new Date(settledBefore)];
      await query(tx, { name: 'outbound.forget', text: FORGET, values });
      await query(tx, { name: 'outbound.forget-throttles', text: FORGET_THROTTLES, values });
    },
    async throttle(tx, throttles) {
      if (throttles.length === 0) return;
      const longest = longestOfEach(throttles);
      const columns = [longest.map((one) => one.ledger), longest.map((one) => new Date(one.until)), longest.map((one) => one.detail)];
      await query(tx, { name: 'outbound.throttle', text: THROTTLE, values: [service, system, ...columns] });
    },
    async look(atMost, now) {
      const [row] = await database.query<LookRow>({ name: 'outbound.look', text: LOOK, values: [service, system, atMost, new Date(now)] });
      const throttled = Object.entries(row?.throttled ?? {}).map(([ledger, until]) => ({ ledger, until }));
      return { waiting: row?.waiting ?? 0, throttled, standing: row?.state && row.since !== null ? { state: row.state, since: row.since, pausedBy: row.paused_by } : null };
    },
    async register(tx, now, { perSecond, ledgerPerSecond }) {
      await query(tx, { name: 'outbound.register', text: REGISTER, values: [service, system, new Date(now), perSecond, ledgerPerSecond] });
    },
    async change(tx, { state, detail, at }) {
      return (await query(tx, { name: 'outbound.change', text: CHANGE, values: [service, system, state, detail, new Date(at)] })).length > 0;
    },
    async anyDue(now) {
      const [row] = await database.query<{ due: boolean }>({ name: 'outbound.any-due', text: ANY_DUE, values: [service, system, new Date(now)] });
      return row?.due ?? false;
    },
  };
}

function columnsOf(calls: readonly NewCall[], now: Instant): readonly unknown[] {
  return [
    calls.map((call) => call.key),
    calls.map((call) => call.operation),
    calls.map((call) => call.orderId),
    calls.map((call) => call.ledger),
    calls.map((call) => JSON.stringify(call.request)),
    calls.map((call) => call.trace?.traceparent ?? null),
    calls.map((call) => new Date(call.lease?.until ?? now)),
    calls.map((call) => new Date(call.giveUpAt)),
    calls.map((call) => call.lease?.by ?? null),
    calls.filter((call) => call.repeatable).map((call) => call.key),
    calls.map((call) => call.priority),
    calls.map((call) => call.customer ?? ''),
  ];
}

function claimedFrom(row: CallRow): ClaimedCall {
  return {
    key: row.key,
    operation: row.operation,
    orderId: row.order_id,
    ledger: row.ledger,
    ...(row.customer !== '' && { customer: row.customer }),
    request: row.request,
    giveUpAt: row.give_up_at,
    askedAt: row.created_at,
    attempts: row.attempts,
    known: row.known,
    ...(row.receipt !== null && row.result_by !== null && { accepted: { receipt: row.receipt, resultBy: row.result_by } }),
    ...(row.traceparent === null ? {} : { trace: { traceparent: row.traceparent } }),
  };
}

function outcomesOf(updates: readonly CallUpdate[]): readonly unknown[] {
  return [
    updates.map((update) => update.key),
    updates.map(statusOf),
    updates.map((update) => update.attempts),
    updates.map((update) => (update.type === 'again' ? new Date(update.nextAt) : null)),
    updates.map((update) => (update.type === 'settled' && update.outcome.type === 'answered' ? JSON.stringify(update.outcome.answer ?? null) : null)),
    updates.map((update) => (update.type === 'settled' && update.outcome.type === 'refused' ? update.outcome.reason : null)),
    updates.map(detailOf),
    updates.map((update) => acceptedIn(update)?.receipt ?? null),
    updates.map((update) => momentOf(acceptedIn(update)?.resultBy)),
  ];
}

function statusOf(update: CallUpdate): string {
  if (update.type === 'settled') return update.outcome.type;
  return update.known === 'unknown' ? 'unknown' : 'asked';
}

function acceptedIn(update: CallUpdate): Acceptance | undefined {
  return update.type === 'again' ? update.accepted : undefined;
}

const momentOf = (at: Instant | undefined): Date | null => (at === undefined ? null : new Date(at));

function detailOf(update: CallUpdate): string | null {
  if (update.type === 'again') return update.detail;
  return update.outcome.type === 'answered' ? null : update.outcome.detail;
}

// One statement can't write a row twice
function longestOfEach(throttles: readonly Throttle[]): readonly Throttle[] {
  return [...new Map(throttles.toSorted((one, other) => one.until - other.until).map((one) => [one.ledger, one])).values()];
}
