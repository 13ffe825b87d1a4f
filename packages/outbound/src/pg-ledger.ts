import type { Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import type { CallLedger, CallUpdate, ClaimedCall, NewCall, Standing } from './ledger.ts';

interface CallRow {
  readonly key: string;
  readonly operation: string;
  readonly order_id: string;
  readonly ledger: string;
  readonly request: unknown;
  readonly traceparent: string | null;
  readonly known: 'not-done' | 'unknown';
  readonly attempts: number;
  readonly give_up_at: Instant;
  readonly created_at: Instant;
}

interface LookRow {
  readonly waiting: number;
  readonly state: Standing['state'] | null;
  readonly since: Instant | null;
  readonly paused_by: string | null;
}

const ADD = `
  insert into outbound.call (service, system, key, operation, order_id, ledger, request, traceparent, status, next_at, give_up_at, claimed_by, created_at, updated_at, priority)
  select $1, $2, new.key, new.operation, new.order_id, new.ledger, new.request::jsonb, new.traceparent,
         case when new.claimed_by is null then 'asked' else 'sent' end, new.next_at, new.give_up_at, new.claimed_by, $3, $3, new.priority
    from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[], $14::smallint[])
         as new(key, operation, order_id, ledger, request, traceparent, next_at, give_up_at, claimed_by, priority)
  on conflict (service, key) do update
     set request = excluded.request, traceparent = excluded.traceparent, status = excluded.status, attempts = 0, next_at = excluded.next_at,
         give_up_at = excluded.give_up_at, claimed_by = excluded.claimed_by, answer = null, reason = null, detail = null,
         created_at = excluded.created_at, updated_at = excluded.updated_at
   where call.status in ('answered', 'refused', 'failed', 'withdrawn') and call.key = any($13::text[])
  returning key`;

// A window can't be locked, so the turns are decided first and the rows taken after; what another worker has taken meanwhile is skipped
const CLAIM = `
  with due as (
    select key, priority, row_number() over (partition by priority, ledger order by next_at) as turn, next_at
      from (select key, priority, ledger, next_at from outbound.call
             where service = $1 and system = $2 and status in ('asked', 'sent', 'unknown') and next_at <= $3 and (not $4 or give_up_at <= $3)
             order by priority desc, next_at limit 2000) as waiting
     order by priority desc, turn, next_at limit $5),
  taken as (
    select call.key, call.status
      from outbound.call join due using (key)
     where call.service = $1 and call.status in ('asked', 'sent', 'unknown') and call.next_at <= $3
       for update of call skip locked)
  update outbound.call
     set status = 'sent', claimed_by = $6, next_at = $7, updated_at = $3
    from taken
   where call.service = $1 and call.key = taken.key
  returning call.key, operation, order_id, ledger, request, traceparent, attempts, give_up_at, created_at,
            case taken.status when 'asked' then 'not-done' else 'unknown' end as known`;

const SAVE = `
  update outbound.call
     set status = new.status, attempts = new.attempts, next_at = coalesce(new.next_at, call.next_at), answer = new.answer::jsonb,
         reason = new.reason, detail = new.detail, claimed_by = null, updated_at = $3
    from unnest($4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::text[], $9::text[], $10::text[])
         as new(key, status, attempts, next_at, answer, reason, detail)
   where call.service = $1 and call.key = new.key and call.status = 'sent' and call.claimed_by = $2
  returning call.key`;

const RENEW = `
  update outbound.call set next_at = $4
   where service = $1 and key = any($2::text[]) and status = 'sent' and claimed_by = $3`;

const WITHDRAW = `
  update outbound.call set status = 'withdrawn', updated_at = $3
   where service = $1 and key = any($2::text[]) and status = 'asked'
  returning key`;

const FORGET = `
  delete from outbound.call
   where service = $1 and key in (
     select key from outbound.call
      where service = $1 and system = $2 and status in ('answered', 'refused', 'failed', 'withdrawn') and updated_at < $3
      order by updated_at limit 1000)`;

const LOOK = `
  select (select count(*)::int from (select from outbound.call
            where service = $1 and system = $2 and status in ('asked', 'sent', 'unknown') order by priority desc, next_at limit $3) as open) as waiting,
         partner.state, partner.since, partner.paused_by
    from (values (1)) as always left join outbound.partner on partner.service = $1 and partner.system = $2`;

const REGISTER = `
  insert into outbound.partner (service, system, since) values ($1, $2, $3) on conflict do nothing`;

const CHANGE = `
  update outbound.partner set state = $3::text, detail = $4, since = $5::timestamptz, resumed_at = case when $3::text = 'well' then $5::timestamptz end
   where service = $1 and system = $2 and state <> $3::text
  returning 1`;

const ANY_DUE = `
  select exists (select from outbound.call
    where service = $1 and system = $2 and status in ('asked', 'sent', 'unknown') and next_at <= $3) as due`;

/** Keeps calls in `outbound.call`. A lease that ran out makes a call due again with an unknown outcome, whoever held it. */
export function pgCallLedger({ service, system, database }: { readonly service: string; readonly system: string; readonly database: Database }): CallLedger {
  return {
    async add(tx, calls, now) {
      if (calls.length === 0) return [];
      const values = [service, system, new Date(now), ...columnsOf(calls, now)];
      return (await query<{ key: string }>(tx, { name: 'outbound.add', text: ADD, values })).map(({ key }) => key);
    },
    async claim(tx, { now, lease, limit, onlyGivenUp }) {
      const values = [service, system, new Date(now), onlyGivenUp, limit, lease.by, new Date(lease.until)];
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
      await query(tx, { name: 'outbound.forget', text: FORGET, values: [service, system, new Date(settledBefore)] });
    },
    async look(atMost) {
      const [row] = await database.query<LookRow>({ name: 'outbound.look', text: LOOK, values: [service, system, atMost] });
      return { waiting: row?.waiting ?? 0, standing: row?.state && row.since !== null ? { state: row.state, since: row.since, pausedBy: row.paused_by } : null };
    },
    async register(tx, now) {
      await query(tx, { name: 'outbound.register', text: REGISTER, values: [service, system, new Date(now)] });
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
  ];
}

function claimedFrom(row: CallRow): ClaimedCall {
  return {
    key: row.key,
    operation: row.operation,
    orderId: row.order_id,
    ledger: row.ledger,
    request: row.request,
    giveUpAt: row.give_up_at,
    askedAt: row.created_at,
    attempts: row.attempts,
    known: row.known,
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
  ];
}

function statusOf(update: CallUpdate): string {
  if (update.type === 'settled') return update.outcome.type;
  return update.known === 'unknown' ? 'unknown' : 'asked';
}

function detailOf(update: CallUpdate): string | null {
  if (update.type === 'again') return update.detail;
  return update.outcome.type === 'answered' ? null : update.outcome.detail;
}
