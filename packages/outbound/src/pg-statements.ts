import { BEGUN } from './call.ts';

export const ADD = `
  insert into outbound.call (service, system, key, operation, order_id, ledger, request, traceparent, status, next_at, give_up_at, claimed_by, created_at, updated_at, priority, customer)
  select $1, $2, new.key, new.operation, new.order_id, new.ledger, new.request::jsonb, new.traceparent,
         case when new.claimed_by is null then 'asked' else 'sent' end, new.next_at, new.give_up_at, new.claimed_by, $3, $3,
         case when new.claimed_by is null then new.priority else greatest(new.priority, ${BEGUN}) end, new.customer
    from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::text[], $14::smallint[], $15::text[])
         as new(key, operation, order_id, ledger, request, traceparent, next_at, give_up_at, claimed_by, priority, customer)
  on conflict (service, key) do update
     set request = excluded.request, traceparent = excluded.traceparent, status = excluded.status, attempts = 0, next_at = excluded.next_at,
         give_up_at = excluded.give_up_at, claimed_by = excluded.claimed_by, answer = null, reason = null, detail = null,
         created_at = excluded.created_at, updated_at = excluded.updated_at, priority = excluded.priority
   where call.status in ('answered', 'refused', 'failed', 'withdrawn') and call.key = any($13::text[])
  returning key`;

const OPEN = `service = $1 and system = $2 and status in ('asked', 'sent', 'unknown')`;
const DUE = `${OPEN} and next_at <= $3 and (not $4 or give_up_at <= $3)`;
const HAS_SHARE = `ledger <> all(select ledger from unnest($10::text[], $11::int[]) as short(ledger, most) where most = 0)`;

// The ring walks the index from ledger to ledger, once around, so that a burst of one is passed over and not read. A window can't be locked, so the turns
// are decided first and the rows taken after; what another worker has taken meanwhile is skipped
export const CLAIM = `
  with recursive ring (lap, ledger, place) as (
    select 0, $8::text, 0
     union all
    select next.lap, next.ledger, ring.place + 1
      from ring cross join lateral (
        select lap, ledger from (
          (select ring.lap as lap, ledger from outbound.call
            where ${DUE} and ledger > ring.ledger and (ring.lap = 0 or ledger <= $8) and ${HAS_SHARE} order by ledger limit 1)
          union all
          (select 1, ledger from outbound.call where ring.lap = 0 and ${DUE} and ledger <= $8 and ${HAS_SHARE} order by ledger limit 1)) as either
         order by lap limit 1) as next
     where ring.place < $5),
  due as (
    select key, place, turn
      from (select key, place, coalesce(short.most, $9::int) as most, row_number() over (partition by place order by priority desc, customer_turn, next_at) as turn
              from (select ring.place, ring.ledger, waiting.key, waiting.priority, waiting.next_at,
                           row_number() over (partition by ring.place, waiting.priority, waiting.customer order by waiting.next_at) as customer_turn
                      from ring cross join lateral (
                        select key, priority, customer, next_at from outbound.call where ${DUE} and ledger = ring.ledger
                         order by priority desc, next_at limit greatest($5, 2000 / (select count(*) from ring))) as waiting
                     where ring.place > 0) as numbered
              left join unnest($10::text[], $11::int[]) as short(ledger, most) using (ledger)) as in_turn
     where turn <= most order by turn, place limit $5),
  taken as (
    select call.key, call.status
      from outbound.call join due using (key)
     where call.service = $1 and call.status in ('asked', 'sent', 'unknown') and call.next_at <= $3
       for update of call skip locked),
  claimed as (
    update outbound.call
       set status = 'sent', claimed_by = $6, next_at = $7, updated_at = $3, priority = greatest(priority, ${BEGUN})
      from taken
     where call.service = $1 and call.key = taken.key
    returning call.key, operation, order_id, ledger, customer, request, traceparent, attempts, give_up_at, created_at, receipt, result_by,
              case taken.status when 'asked' then 'not-done' else 'unknown' end as known)
  select claimed.* from claimed join due using (key) order by turn, place`;

export const SAVE = `
  update outbound.call
     set status = new.status, attempts = new.attempts, next_at = coalesce(new.next_at, call.next_at), answer = new.answer::jsonb,
         reason = new.reason, detail = new.detail, claimed_by = null, updated_at = $3,
         receipt = case when new.next_at is null then call.receipt else new.receipt end, result_by = case when new.next_at is null then call.result_by else new.result_by end
    from unnest($4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[])
         as new(key, status, attempts, next_at, answer, reason, detail, receipt, result_by)
   where call.service = $1 and call.key = new.key and call.status = 'sent' and call.claimed_by = $2
  returning call.key`;

export const RENEW = `
  update outbound.call set next_at = $4
   where service = $1 and key = any($2::text[]) and status = 'sent' and claimed_by = $3`;

export const WITHDRAW = `
  update outbound.call set status = 'withdrawn', updated_at = $3
   where service = $1 and key = any($2::text[]) and status = 'asked'
  returning key`;

export const FORGET = `
  delete from outbound.call
   where service = $1 and key in (
     select key from outbound.call
      where service = $1 and system = $2 and status in ('answered', 'refused', 'failed', 'withdrawn') and updated_at < $3
      order by updated_at limit 1000)`;

export const LOOK = `
  select (select count(*)::int from (select from outbound.call where ${OPEN} limit $3) as open) as waiting,
         partner.state, partner.since, partner.paused_by,
         (select coalesce(jsonb_object_agg(ledger, (extract(epoch from until) * 1000)::bigint), '{}') from outbound.throttle where service = $1 and system = $2 and until > $4) as throttled
    from (values (1)) as always left join outbound.partner on partner.service = $1 and partner.system = $2`;

export const THROTTLE = `
  insert into outbound.throttle (service, system, ledger, until, detail)
  select $1, $2, new.ledger, new.until, new.detail from unnest($3::text[], $4::timestamptz[], $5::text[]) as new(ledger, until, detail)
  on conflict (service, system, ledger) do update set until = excluded.until, detail = excluded.detail where throttle.until < excluded.until`;

export const FORGET_THROTTLES = `
  delete from outbound.throttle where service = $1 and system = $2 and until < $3`;

export const REGISTER = `
  insert into outbound.partner (service, system, since, per_second, ledger_per_second) values ($1, $2, $3, $4, $5)
  on conflict (service, system) do update set per_second = excluded.per_second, ledger_per_second = excluded.ledger_per_second`;

export const CHANGE = `
  update outbound.partner set state = $3::text, detail = $4, since = $5::timestamptz, resumed_at = case when $3::text = 'well' then $5::timestamptz end
   where service = $1 and system = $2 and state <> $3::text
  returning 1`;

export const ANY_DUE = `
  select exists (select from outbound.call
    where ${OPEN} and next_at <= $3) as due`;
