import type { Lockable, Particular, Session } from './definition.ts';
import { unnest, WRITTEN } from './shapes.ts';
import type { Row, Table } from './tables.ts';

const texts = (value: unknown): readonly string[] => value as readonly string[];
const column = <Cell>(value: unknown): readonly Cell[] => value as readonly Cell[];

const PROGRESS = 'messaging.processed_offset';
const OUTBOX = 'messaging.outbox';
const CALLS = 'outbound.call';
const PARTNERS = 'outbound.partner';

interface Place {
  readonly key: string;
  readonly row: Row;
}

function places(table: Table, [participants, topics, partitions, offsets]: readonly unknown[]): readonly Place[] {
  return texts(participants).map((participant, at) => {
    const row = { participant, topic: texts(topics)[at], partition: column<number>(partitions)[at], next_offset: column<bigint>(offsets)[at] };
    return { key: table.keyOf(row), row };
  });
}

const lockPlaces = (session: Session, values: readonly unknown[]): readonly Lockable[] => {
  const table = session.table(PROGRESS);
  return places(table, values).map(({ key }) => ({ table, key }));
};

const progress: Readonly<Record<string, Particular>> = {
  'messaging.load-progress': {
    says: ['from messaging.processed_offset where participant = any($1::text[])'],
    run: (session, [participants]) => {
      const wanted = new Set(texts(participants));
      return [...session.rows(session.table(PROGRESS))].filter(({ participant }) => wanted.has(String(participant)))
        .map(({ participant, topic, partition, next_offset: nextOffset }) => ({ participant, topic, partition, nextOffset }));
    },
  },
  'messaging.start-progress': {
    says: ['insert into messaging.processed_offset', 'on conflict do nothing'],
    lock: lockPlaces,
    run: (session, values) => {
      const table = session.table(PROGRESS);
      for (const { key, row } of places(table, values)) if (!session.read(table, key)) session.write(table, row);
      return [];
    },
  },
  'messaging.reset-progress': {
    says: ['update messaging.processed_offset o set next_offset = m.next_offset'],
    lock: lockPlaces,
    run: (session, values) => {
      const table = session.table(PROGRESS);
      for (const { key, row } of places(table, values)) if (session.read(table, key)) session.write(table, row);
      return [];
    },
  },
  'messaging.advance-progress': {
    says: ['update messaging.processed_offset o set next_offset = m.next_offset', 'where (o.participant, o.topic, o.partition) = (m.participant, m.topic, m.partition) and o.next_offset = m.expected returning 1'],
    lock: lockPlaces,
    run: (session, values) => {
      const table = session.table(PROGRESS);
      const expected = column<bigint>(values[4]);
      return places(table, values).flatMap(({ key, row }, at) => {
        if (session.read(table, key)?.['next_offset'] !== expected[at]) return [];
        session.write(table, row);
        return [WRITTEN];
      });
    },
  },
};

const outbox: Readonly<Record<string, Particular>> = {
  'messaging.write-outbox': {
    says: ['insert into messaging.outbox (records) values ($1) returning id'],
    run: (session, [records]) => {
      const id = session.nextId();
      session.write(session.table(OUTBOX), { id, records, created_at: session.now });
      return [{ id }];
    },
  },
  'messaging.left-in-outbox': {
    says: [`where created_at <= now() - $1 * interval '1 millisecond' order by id limit 1000`],
    run: (session, [olderThanMs]) => [...session.rows(session.table(OUTBOX))]
      .filter((row) => Number(row['created_at']) <= session.now - Number(olderThanMs))
      .sort((one, other) => Number(one['id']) - Number(other['id']))
      .map(({ id, records }) => ({ id, records })),
  },
  'messaging.drop-from-outbox': {
    says: ['delete from messaging.outbox where id = any($1::int8[])'],
    run: (session, [ids]) => {
      for (const id of column<bigint>(ids)) session.remove(session.table(OUTBOX), String(id));
      return [];
    },
  },
  'messaging.write-dead-letters': {
    says: ['as new(participant, topic, partition, "offset", key, value, headers, reason, detail, at, attempts, order_id, parent_id, original)', 'on conflict do nothing'],
    run: (session, values) => {
      for (const letter of unnest(['participant', 'topic', 'partition', 'offset', 'key', 'value', 'headers', 'reason', 'detail'], values)) session.write(session.table('messaging.dead_letter'), letter);
      return [];
    },
  },
};

const inbox: Readonly<Record<string, Particular>> = {
  'messaging.note-in-inbox': {
    says: ['insert into messaging.inbox (participant, message)', 'on conflict do nothing returning 1'],
    lock: inboxRows,
    run: (session, values) => {
      const fresh = inboxRows(session, values).filter(({ table, key }) => !session.read(table, key));
      for (const { table, row } of fresh) session.write(table, row);
      return [{ noted: fresh.length }];
    },
  },
  'messaging.load-inbox': {
    says: ['from messaging.inbox join unnest($1::text[], $2::uuid[])'],
    run: (session, values) => inboxRows(session, values).filter(({ table, key }) => session.read(table, key) !== undefined).map(({ row }) => row),
  },
};

function inboxRows(session: Session, [participants, messages]: readonly unknown[]): readonly (Lockable & { readonly row: Row })[] {
  const table = session.table('messaging.inbox');
  return texts(participants).map((participant, at) => {
    const row = { participant, message: texts(messages)[at] };
    return { table, key: table.keyOf(row), row };
  });
}

const OPEN: ReadonlySet<unknown> = new Set(['asked', 'sent', 'unknown']);
const byPriority = (one: Row, other: Row): number => Number(other['priority']) - Number(one['priority']);
const isOpen = ({ status }: Row): boolean => OPEN.has(status);

function callsOf(session: Session, service: unknown, system?: unknown): readonly Row[] {
  return [...session.rows(session.table(CALLS))].filter((row) => row['service'] === service && (system === undefined || row['system'] === system));
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
    says: ['insert into outbound.call', 'on conflict (service, key) do update', `where call.status in ('answered', 'refused', 'failed', 'withdrawn') and call.key = any($13::text[])`, 'returning key'],
    lock: (session, values) => lockCalls(session, values[0], texts(values[3])),
    run: (session, values) => {
      const [service, system, now, keys, operations, orders, ledgers, requests, traces, nexts, giveUps, claimants, repeatable, priorities] = values;
      const table = session.table(CALLS);
      const again = new Set(texts(repeatable));
      return texts(keys).flatMap((key, at) => {
        const known = session.read(table, `${String(service)}|${key}`);
        if (known && (isOpen(known) || !again.has(key))) return [];
        const claimed = column<string | null>(claimants)[at] ?? null;
        session.write(table, {
          service, system, key, operation: texts(operations)[at], order_id: texts(orders)[at], ledger: texts(ledgers)[at], request: texts(requests)[at],
          traceparent: column(traces)[at] ?? null, status: claimed === null ? 'asked' : 'sent', attempts: 0, next_at: column(nexts)[at], give_up_at: column(giveUps)[at],
          claimed_by: claimed, answer: null, reason: null, detail: null, created_at: now, updated_at: now, priority: column<number>(priorities)[at],
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
    says: [`where service = $1 and system = $2 and status in ('asked', 'sent', 'unknown') order by priority desc, next_at limit $3) as open`, 'left join outbound.partner'],
    run: (session, [service, system, atMost]) => {
      const partner = session.read(session.table(PARTNERS), `${String(service)}|${String(system)}`);
      return [{
        waiting: Math.min(callsOf(session, service, system).filter(isOpen).length, Number(atMost)),
        state: partner?.['state'] ?? null, since: partner?.['since'] ?? null, paused_by: partner?.['paused_by'] ?? null,
      }];
    },
  },
  'outbound.register': {
    says: ['insert into outbound.partner (service, system, since)', 'on conflict do nothing'],
    lock: lockPartner,
    run: (session, [service, system, since]) => {
      const table = session.table(PARTNERS);
      if (!session.read(table, `${String(service)}|${String(system)}`)) session.write(table, { service, system, state: 'well', since, detail: '', resumed_at: null, paused_by: null });
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
  'outbound.any-due': {
    says: [`where service = $1 and system = $2 and status in ('asked', 'sent', 'unknown') and next_at <= $3) as due`],
    run: (session, [service, system, now]) => [{ due: callsOf(session, service, system).some((row) => isOpen(row) && Number(row['next_at']) <= Number(now)) }],
  },
};

const working: Readonly<Record<string, Particular>> = {
  'outbound.claim': {
    says: ['for update of call skip locked', `row_number() over (partition by priority, ledger order by next_at) as turn`, 'order by priority desc, turn, next_at limit $5', `case taken.status when 'asked' then 'not-done' else 'unknown' end as known`],
    run: (session, [service, system, now, onlyGivenUp, limit, by, until]) => {
      const table = session.table(CALLS);
      const due = callsOf(session, service, system)
        .filter((row) => isOpen(row) && Number(row['next_at']) <= Number(now) && (!onlyGivenUp || Number(row['give_up_at']) <= Number(now)))
        .sort((one, other) => byPriority(one, other) || Number(one['next_at']) - Number(other['next_at']));
      const turns = new Map<string, number>();
      const inTurn = due.map((row) => {
        const ledger = `${String(row['priority'])}|${String(row['ledger'])}`;
        const turn = turns.get(ledger) ?? 0;
        turns.set(ledger, turn + 1);
        return { row, turn };
      }).sort((one, other) => byPriority(one.row, other.row) || one.turn - other.turn).slice(0, Number(limit));
      return inTurn.flatMap(({ row }) => {
        if (!session.lockNow({ table, key: table.keyOf(row) })) return [];
        session.write(table, { ...row, status: 'sent', claimed_by: by, next_at: until, updated_at: now });
        return [{ ...row, request: JSON.parse(String(row['request'])), known: row['status'] === 'asked' ? 'not-done' : 'unknown' }];
      });
    },
  },
  'outbound.save': {
    says: [`where call.service = $1 and call.key = new.key and call.status = 'sent' and call.claimed_by = $2`, 'returning call.key'],
    lock: (session, values) => lockCalls(session, values[0], texts(values[3])),
    run: (session, [service, by, now, keys, statuses, attempts, nexts, answers, reasons, details]) => changeCalls(
      session, [service, texts(keys)], ({ status, claimed_by: holder }) => status === 'sent' && holder === by, (row, at) => ({
        status: texts(statuses)[at], attempts: column(attempts)[at], next_at: column(nexts)[at] ?? row['next_at'], answer: column(answers)[at] ?? null,
        reason: column(reasons)[at] ?? null, detail: column(details)[at] ?? null, claimed_by: null, updated_at: now,
      })),
  },
  'outbound.renew': {
    says: [`where service = $1 and key = any($2::text[]) and status = 'sent' and claimed_by = $3`],
    lock: (session, [service, keys]) => lockCalls(session, service, texts(keys)),
    run: (session, [service, keys, by, until]) => changeCalls(session, [service, texts(keys)], ({ status, claimed_by: holder }) => status === 'sent' && holder === by, () => ({ next_at: until })),
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

/** The tables of the batch processor and of the call desk. */
export const mechanismStatements: Readonly<Record<string, Particular>> = { ...progress, ...outbox, ...inbox, ...asking, ...working };
