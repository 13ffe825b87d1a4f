import type { Lockable, Particular, Session } from '../definition.ts';
import type { Row } from '../tables.ts';
import { column, isDue, takeDue, texts } from './cells.ts';

const SAGAS = 'order_orchestrator.saga';

const advancing: Readonly<Record<string, Particular>> = {
  'saga.load-due': {
    says: ['where deadline <= $1 and definition = any($3::text[]) order by deadline limit $2 for update skip locked'],
    run: (session, values) => takeDue(session, session.table(SAGAS), ['deadline', (row) => texts(values[2]).includes(String(row['definition']))], values).map(({ state, version }) => ({ state, version })),
  },
  'saga.any-due': {
    says: ['select 1 from order_orchestrator.saga where deadline <= $1 and definition = any($2::text[]) limit 1'],
    run: (session, [now, definitions]) => [...session.rows(session.table(SAGAS))].some((row) => isDue(row, 'deadline', now) && texts(definitions).includes(String(row['definition']))) ? [{ due: 1 }] : [],
  },
  'saga.save': {
    says: ['where new.stored_version > 0 and s.order_id = new.order_id and s.version = new.stored_version returning 1', 'from new where stored_version = 0 on conflict do nothing returning 1'],
    lock: (session, [orders]): readonly Lockable[] => texts(orders).map((key) => ({ table: session.table(SAGAS), key })),
    run: (session, [orders, definitions, statuses, steps, states, versions, deadlines, starts, stored]) => texts(orders).flatMap((key, at) => {
      const table = session.table(SAGAS);
      const version = session.read(table, key)?.['version'] ?? 0;
      if (version !== column<number>(stored)[at]) return [];
      session.write(table, {
        order_id: key, definition: texts(definitions)[at], status: texts(statuses)[at], step: column(steps)[at] ?? null, state: texts(states)[at],
        version: column(versions)[at], deadline: column(deadlines)[at] ?? null, started_at: column(starts)[at],
      });
      return [{ saved: 1 }];
    }),
  },
};

const CASES = 'order_orchestrator.order_case';

/** Orders that nothing moves, or that ended with a person, and have no case yet. */
function isStuck(session: Session, saga: Row, before: unknown): boolean {
  const known = session.read(session.table(CASES), String(saga['order_id']));
  const isLate = isDue(saga, 'deadline', before) && !(known && (known['status'] !== 'closed' || Number(known['closed_at']) >= Number(saga['deadline'])));
  return isLate || (saga['status'] === 'manual' && !known);
}

function hasGoneOn(session: Session, one: Row, stuckBefore: unknown): boolean {
  const saga = session.read(session.table(SAGAS), String(one['order_id']));
  return one['kind'] === 'stuck' && one['status'] === 'open' && saga !== undefined && !isDue(saga, 'deadline', stuckBefore);
}

/** The rows of one table that are wanted and that nobody else has taken, by order. */
function takeWanted(session: Session, name: string, isWanted: (row: Row) => boolean, limit: unknown): readonly Row[] {
  const table = session.table(name);
  const wanted = [...session.rows(table)].filter(isWanted).sort((one, other) => (table.keyOf(one) < table.keyOf(other) ? -1 : 1));
  return wanted.filter((row) => session.lockNow({ table, key: table.keyOf(row) })).slice(0, Number(limit));
}

const lookingAfter: Readonly<Record<string, Particular>> = {
  'saga.load-stuck': {
    says: [
      `where (s.deadline <= $1 and not exists (select from order_orchestrator.order_case c where c.order_id = s.order_id and (c.status <> 'closed' or c.closed_at >= s.deadline))) or (s.status = 'manual' and not exists (select from order_orchestrator.order_case c where c.order_id = s.order_id))`,
      'order by order_id limit $2 for update skip locked',
    ],
    run: (session, [before, limit]) => takeWanted(session, SAGAS, (saga) => isStuck(session, saga, before), limit),
  },
  'case.load-gone-on': {
    says: [`where c.kind = 'stuck' and c.status = 'open' and exists (select from order_orchestrator.saga s where s.order_id = c.order_id and (s.deadline is null or s.deadline > $1))`, 'limit $2 for update skip locked'],
    run: (session, [stuckBefore, limit]) => takeWanted(session, CASES, (one) => hasGoneOn(session, one, stuckBefore), limit),
  },
  // only metrics come of it
  'saga.count': { says: [`select 'orders' as what, coalesce(step, '') as step`], run: () => [] },
};

/** The tables of order-orchestrator: sagas, and cases of orders that need a person. */
export const orchestratorStatements: Readonly<Record<string, Particular>> = { ...advancing, ...lookingAfter };
