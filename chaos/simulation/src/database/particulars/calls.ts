import { BEGUN, inTurns, type Waiting } from '@order-mesh/outbound';
import type { Lockable, Particular, Session } from '../definition.ts';
import { WRITTEN } from '../shapes.ts';
import type { Row } from '../tables.ts';
import { column, texts } from './cells.ts';

const CALLS = 'outbound.call';
const PARTNERS = 'outbound.partner';
const THROTTLES = 'outbound.throttle';

const OPEN: ReadonlySet<unknown> = new Set(['asked', 'sent', 'unknown']);
/** Whether the partner has not settled the call. */
export const isOpen = ({ status }: Row): boolean => OPEN.has(status);

function callsOf(session: Session, service: unknown, system?: unknown): readonly Row[] {
  return [...session.rows(session.table(CALLS))].filter((row) => row['service'] === service && (system === undefined || row['system'] === system));
}

function throttlesOf(session: Session, service: unknown, system: unknown): readonly Row[] {
  return [...session.rows(session.table(THROTTLES))].filter((row) => row['service'] === service && row['system'] === system);
}

function waitingOf(row: Row): Waiting {
  return { ledger: String(row['ledger']), customer: String(row['customer']), priority: Number(row['priority']), nextAt: Number(row['next_at']) };
}

function lockPartner(session: Session, [service, system]: readonly unknown[]): readonly Lockable[] {
  return [{ table: session.table(PARTNERS), key: `${String(service)}|${String(system)}` }];
}

function lockCalls(session: Session, service: unknown, keys: readonly string[]): readonly Lockable[] {
  const table = session.table(CALLS);
  return keys.map((key) => ({ table, key: `${String(service)}|${key}` }));
}

/** Changes those of the calls named that `may` be changed; gives their keys. */
function changeCalls(session: Session, [service, keys]: readonly [unknown, readonly string[]], may: (row: Row) => boolean, change: (row: Row, at: number) => Row): readonly Row[] {
  const table = session.table(CALLS);
  return keys.flatMap((key, at) => {
    const row = session.read(table, `${String(service)}|${key}`);
    if (!row || !may(row)) return [];
    session.write(table, { ...row, ...change(row, at) });
    return [{ key }];
  });
}

const asking: Readonly<Record<string, Particular>> = {
  'outbound.add': {
    says: ['insert into outbound.call', 'on conflict (service, key) do update', `where call.status in ('answered', 'refused', 'failed', 'withdrawn') and call.key = any($13::text[])`, 'returning key', 'case when new.claimed_by is null then new.priority else greatest(new.priority, 1) end', 'priority = excluded.priority'],
    lock: (session, values) => lockCalls(session, values[0], texts(values[3])),
    run: (session, values) => {
      const [service, system, now, keys, operations, orders, ledgers, requests, traces, nexts, giveUps, claimants, repeatable, priorities, customers] = values;
      const table = session.table(CALLS);
      const again = new Set(texts(repeatable));
      return texts(keys).flatMap((key, at) => {
        const known = session.read(table, `${String(service)}|${key}`);
        if (known && (isOpen(known) || !again.has(key))) return [];
        const claimed = column<string | null>(claimants)[at] ?? null;
        session.write(table, {
          service, system, key, operation: texts(operations)[at], order_id: texts(orders)[at], ledger: texts(ledgers)[at], request: texts(requests)[at],
          traceparent: column(traces)[at] ?? null, status: claimed === null ? 'asked' : 'sent', attempts: 0, next_at: column(nexts)[at], give_up_at: column(giveUps)[at],
          claimed_by: claimed, answer: null, reason: null, detail: null, created_at: now, updated_at: now, priority: Math.max(Number(column<number>(priorities)[at]), claimed === null ? 0 : BEGUN), customer: texts(customers)[at], receipt: null, result_by: null,
        });
        return [{ key }];
      });
    },
  },
  'outbound.withdraw': {
    says: [`set status = 'withdrawn'`, `and status = 'asked'`],
    lock: (session, [service, keys]) => lockCalls(session, service, texts(keys)),
    run: (session, [service, keys, now]) => changeCalls(session, [service, texts(keys)], ({ status }) => status === 'asked', () => ({ status: 'withdrawn', updated_at: now })),
  },
  'outbound.look': {
    says: [`where service = $1 and system = $2 and status in ('asked', 'sent', 'unknown') limit $3) as open`, 'left join outbound.partner', 'from outbound.throttle where service = $1 and system = $2 and until > $4) as throttled'],
    run: (session, [service, system, atMost, now]) => {
      const partner = session.read(session.table(PARTNERS), `${String(service)}|${String(system)}`);
      return [{
        waiting: Math.min(callsOf(session, service, system).filter(isOpen).length, Number(atMost)),
        state: partner?.['state'] ?? null, since: partner?.['since'] ?? null, paused_by: partner?.['paused_by'] ?? null,
        throttled: Object.fromEntries(throttlesOf(session, service, system).filter(({ until }) => Number(until) > Number(now)).map(({ ledger, until }) => [ledger, until])),
      }];
    },
  },
  'outbound.register': {
    says: ['insert into outbound.partner (service, system, since, per_second, ledger_per_second)', 'on conflict (service, system) do update set per_second = excluded.per_second, ledger_per_second = excluded.ledger_per_second'],
    lock: lockPartner,
    run: (session, [service, system, since, perSecond, ledgerPerSecond]) => {
      const table = session.table(PARTNERS);
      const known = session.read(table, `${String(service)}|${String(system)}`) ?? { service, system, state: 'well', since, detail: '', resumed_at: null, paused_by: null };
      session.write(table, { ...known, per_second: perSecond, ledger_per_second: ledgerPerSecond });
      return [];
    },
  },
  'outbound.change': {
    says: ['update outbound.partner set state = $3::text', 'and state <> $3::text'],
    lock: lockPartner,
    run: (session, [service, system, state, detail, since]) => {
      const table = session.table(PARTNERS);
      const row = session.read(table, `${String(service)}|${String(system)}`);
      if (!row || row['state'] === state) return [];
      session.write(table, { ...row, state, detail, since, resumed_at: state === 'well' ? since : null });
      return [WRITTEN];
    },
  },
  'outbound.throttle': {
    says: ['insert into outbound.throttle (service, system, ledger, until, detail)', 'do update set until = excluded.until, detail = excluded.detail where throttle.until < excluded.until'],
    lock: (session, [service, system, ledgers]) => texts(ledgers).map((ledger) => ({ table: session.table(THROTTLES), key: `${String(service)}|${String(system)}|${ledger}` })),
    run: (session, [service, system, ledgers, untils, details]) => {
      const table = session.table(THROTTLES);
      texts(ledgers).forEach((ledger, at) => {
        const until = column<Date>(untils)[at];
        const known = session.read(table, `${String(service)}|${String(system)}|${ledger}`);
        if (!known || Number(known['until']) < Number(until)) session.write(table, { service, system, ledger, until, detail: texts(details)[at] });
      });
      return [];
    },
  },
  'outbound.any-due': {
    says: [`where service = $1 and system = $2 and status in ('asked', 'sent', 'unknown') and next_at <= $3) as due`],
    run: (session, [service, system, now]) => [{ due: callsOf(session, service, system).some((row) => isOpen(row) && Number(row['next_at']) <= Number(now)) }],
  },
};

const working: Readonly<Record<string, Particular>> = {
  'outbound.claim': {
    says: ['for update of call skip locked', 'priority = greatest(priority, 1)', 'ledger > ring.ledger and (ring.lap = 0 or ledger <= $8)', 'row_number() over (partition by place order by priority desc, customer_turn, next_at) as turn', 'where turn <= most order by turn, place limit $5', `case taken.status when 'asked' then 'not-done' else 'unknown' end as known`],
    run: (session, [service, system, now, onlyGivenUp, limit, by, until, after, mostOfOne, short, most]) => {
      const table = session.table(CALLS);
      const due = callsOf(session, service, system)
        .filter((row) => isOpen(row) && Number(row['next_at']) <= Number(now) && (!onlyGivenUp || Number(row['give_up_at']) <= Number(now)));
      const allowances = texts(short).map((ledger, at) => ({ ledger, most: Number(column<number>(most)[at]) }));
      return inTurns(due, { after: String(after), limit: Number(limit), mostOfOne: Number(mostOfOne), allowances }, waitingOf).flatMap((row) => {
        if (!session.lockNow({ table, key: table.keyOf(row) })) return [];
        session.write(table, { ...row, status: 'sent', claimed_by: by, next_at: until, updated_at: now, priority: Math.max(Number(row['priority']), BEGUN) });
        return [{ ...row, request: JSON.parse(String(row['request'])), known: row['status'] === 'asked' ? 'not-done' : 'unknown' }];
      });
    },
  },
  'outbound.save': {
    says: [`where call.service = $1 and call.key = new.key and call.status = 'sent' and call.claimed_by = $2`, 'receipt = case when new.next_at is null then call.receipt else new.receipt end', 'returning call.key'],
    lock: (session, values) => lockCalls(session, values[0], texts(values[3])),
    run: (session, [service, by, now, keys, statuses, attempts, nexts, answers, reasons, details, receipts, resultBys]) => changeCalls(
      session, [service, texts(keys)], ({ status, claimed_by: holder }) => status === 'sent' && holder === by, (row, at) => ({
        status: texts(statuses)[at], attempts: column(attempts)[at], next_at: column(nexts)[at] ?? row['next_at'], answer: column(answers)[at] ?? null,
        reason: column(reasons)[at] ?? null, detail: column(details)[at] ?? null, claimed_by: null, updated_at: now,
        ...(column(nexts)[at] ? { receipt: column(receipts)[at] ?? null, result_by: column(resultBys)[at] ?? null } : {}),
      })),
  },
  'outbound.renew': {
    says: [`where service = $1 and key = any($2::text[]) and status = 'sent' and claimed_by = $3`],
    lock: (session, [service, keys]) => lockCalls(session, service, texts(keys)),
    run: (session, [service, keys, by, until]) => changeCalls(session, [service, texts(keys)], ({ status, claimed_by: holder }) => status === 'sent' && holder === by, () => ({ next_at: until })),
  },
  'outbound.forget-throttles': {
    says: ['delete from outbound.throttle where service = $1 and system = $2 and until < $3'],
    run: (session, [service, system, before]) => {
      const table = session.table(THROTTLES);
      for (const row of throttlesOf(session, service, system)) if (Number(row['until']) < Number(before)) session.remove(table, table.keyOf(row));
      return [];
    },
  },
  'outbound.forget': {
    says: ['delete from outbound.call', 'updated_at < $3'],
    run: (session, [service, system, before]) => {
      const table = session.table(CALLS);
      for (const row of callsOf(session, service, system)) if (!isOpen(row) && Number(row['updated_at']) < Number(before)) session.remove(table, table.keyOf(row));
      return [];
    },
  },
};

/** The tables of the call desk. */
export const callStatements: Readonly<Record<string, Particular>> = { ...asking, ...working };
