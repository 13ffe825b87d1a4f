import type { Duration, Instant } from '@order-mesh/kernel';
import type { Unit } from '@order-mesh/messaging';
import { query, type Database } from '@order-mesh/platform';
import { shareAfter, SLOW_FOR } from './bucket.ts';

/** well; away: in trouble, calls wait; recovering: calls go on slowly; paused: a person has stopped them. */
export const partnerStates = ['well', 'away', 'recovering', 'paused'] as const;
export type PartnerState = (typeof partnerStates)[number];

/** How one service gets on with one partner system. */
export interface Partner {
  readonly system: string;
  readonly service: string;
  readonly state: PartnerState;
  readonly since: Instant;
  /** What went wrong last; empty when nothing did. */
  readonly detail: string;
  readonly pausedBy: string | null;
  readonly note: string | null;
  /** The share of the agreed rate that calls may go at, in [0, 1]. */
  readonly share: number;
  /** Calls that are not settled; those of them that the partner has taken and tells the result of later, and those whose outcome nobody knows. */
  readonly waiting: number;
  readonly accepted: number;
  readonly unknown: number;
  /** When the oldest of them was asked. */
  readonly oldestAt: Instant | null;
  /** Calls settled in the last minute, by how they ended. */
  readonly lastMinute: { readonly answered: number; readonly refused: number; readonly failed: number };
  /** Calls begun a second at most, of the system and of each ledger, by each process; null before a service has said. */
  readonly perSecond: number | null;
  readonly ledgerPerSecond: number | null;
  /** The ledgers with calls that wait, and those that are left alone: the fullest first, at most `MOST_LEDGERS`. */
  readonly ledgers: readonly PartnerLedger[];
}

/** What of a partner's calls is one ledger's. */
export interface PartnerLedger {
  readonly ledger: string;
  readonly waiting: number;
  readonly oldestAt: Instant | null;
  /** Calls settled in the last minute. */
  readonly lastMinute: number;
  /** Until when it is left alone, because the partner asked for fewer of its calls; null when it is not. */
  readonly throttledUntil: Instant | null;
}

/** So many ledgers of a partner are shown. */
const MOST_LEDGERS = 20;

/** The partner systems as the services find them. It works with the table of the mechanism and with no service's own. */
export interface PartnerBoard {
  /** By system and service. */
  list(): Promise<readonly Partner[]>;
  /** Has every service stop calling the system, within about a second, and tells so; calls under way end. False when there is no such system. */
  pause(unit: Unit, system: string, said: { readonly by: string; readonly note: string }): Promise<boolean>;
  /** Has the calls go on, slowly at first, and tells so. False when there is no such system. */
  resume(unit: Unit, system: string, by: string): Promise<boolean>;
}

interface BoardRow {
  readonly system: string;
  readonly service: string;
  readonly state: 'well' | 'away';
  readonly since: Instant;
  readonly detail: string;
  readonly resumed_at: Instant | null;
  readonly paused_at: Instant | null;
  readonly paused_by: string | null;
  readonly pause_note: string | null;
  readonly waiting: number;
  readonly accepted: number;
  readonly unknown: number;
  readonly oldest_at: Instant | null;
  readonly answered: number;
  readonly refused: number;
  readonly failed: number;
  readonly per_second: number | null;
  readonly ledger_per_second: number | null;
  readonly ledgers: readonly PartnerLedger[];
}

const LEDGERS = `
  select ledger, coalesce(open.waiting, 0) as waiting, (extract(epoch from open.oldest_at) * 1000)::bigint as "oldestAt", coalesce(settled.count, 0) as "lastMinute",
         (extract(epoch from throttle.until) * 1000)::bigint as "throttledUntil"
    from (select ledger, count(*)::int as waiting, min(created_at) as oldest_at from outbound.call
           where service = partner.service and system = partner.system and status in ('asked', 'sent', 'unknown') group by ledger) as open
    full join (select ledger, until from outbound.throttle where service = partner.service and system = partner.system and until > $2) as throttle using (ledger)
    left join (select ledger, count(*)::int as count from outbound.call
                where service = partner.service and system = partner.system and status in ('answered', 'refused', 'failed', 'withdrawn') and updated_at > $1 group by ledger) as settled using (ledger)
   order by waiting desc, ledger limit ${MOST_LEDGERS}`;

const LIST = `
  select partner.*, open.*, settled.*, ledgers.ledgers
    from outbound.partner
    cross join lateral (
      select count(*)::int as waiting, count(*) filter (where result_by > $2)::int as accepted,
             count(*) filter (where status = 'unknown' and (result_by is null or result_by <= $2))::int as unknown, min(created_at) as oldest_at
        from outbound.call where service = partner.service and system = partner.system and status in ('asked', 'sent', 'unknown')) as open
    cross join lateral (
      select count(*) filter (where status = 'answered')::int as answered, count(*) filter (where status = 'refused')::int as refused, count(*) filter (where status = 'failed')::int as failed
        from outbound.call
       where service = partner.service and system = partner.system and status in ('answered', 'refused', 'failed', 'withdrawn') and updated_at > $1) as settled
    cross join lateral (select coalesce(jsonb_agg(each), '[]') as ledgers from (${LEDGERS}) as each) as ledgers
   order by system, service`;

// a pause of a pause keeps its beginning
const PAUSE = `
  update outbound.partner set paused_at = coalesce(paused_at, $2::timestamptz), paused_by = $3, pause_note = $4 where system = $1 returning 1`;

const RESUME = `
  update outbound.partner set resumed_at = case when paused_at is null then resumed_at else $2::timestamptz end, paused_at = null, paused_by = null, pause_note = null where system = $1 returning 1`;

const MINUTE: Duration = 60_000;

/** The board over `outbound.partner` of this database. */
export function partnerBoard(database: Database, now: () => Instant): PartnerBoard {
  return {
    async list() {
      const at = now();
      return (await database.query<BoardRow>({ name: 'outbound.board', text: LIST, values: [new Date(at - MINUTE), new Date(at)] })).map((row) => partnerOf(row, at));
    },
    async pause(unit, system, { by, note }) {
      const rows = await query(unit.tx, { name: 'outbound.pause', text: PAUSE, values: [system, new Date(unit.now), by, note] });
      if (rows.length === 0) return false;
      unit.send({ type: 'PartnerPaused', value: { system, pausedBy: by, note, at: unit.now } }, { id: `partner/${system}/paused/${unit.now}`, trace: {} });
      return true;
    },
    async resume(unit, system, by) {
      const rows = await query(unit.tx, { name: 'outbound.resume', text: RESUME, values: [system, new Date(unit.now)] });
      if (rows.length === 0) return false;
      unit.send({ type: 'PartnerResumed', value: { system, resumedBy: by, at: unit.now } }, { id: `partner/${system}/resumed/${unit.now}`, trace: {} });
      return true;
    },
  };
}

function partnerOf({ resumed_at: resumedAt, paused_at: pausedAt, paused_by: pausedBy, pause_note: note, oldest_at: oldestAt, answered, refused, failed, per_second: perSecond, ledger_per_second: ledgerPerSecond, ...row }: BoardRow, now: Instant): Partner {
  const { system, service, detail, waiting, accepted, unknown, ledgers } = row;
  const common = { system, service, detail, pausedBy, note, waiting, accepted, unknown, oldestAt, lastMinute: { answered, refused, failed }, perSecond, ledgerPerSecond, ledgers };
  if (pausedAt !== null) return { ...common, state: 'paused', since: pausedAt, share: 0 };
  if (row.state === 'away') return { ...common, state: 'away', since: row.since, share: 0 };
  if (resumedAt !== null && now - resumedAt < SLOW_FOR) return { ...common, state: 'recovering', since: resumedAt, share: shareAfter(now - resumedAt) };
  return { ...common, state: 'well', since: resumedAt ?? row.since, share: 1 };
}
