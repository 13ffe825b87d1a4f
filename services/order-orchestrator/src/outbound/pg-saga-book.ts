import { MeshError } from '@order-mesh/kernel';
import type { Transaction } from '@order-mesh/messaging';
import { identityMap, query, type Change } from '@order-mesh/platform';
import { deadlineOf, type SagaState } from '@order-mesh/saga';
import type { KeptSaga, SagaBook } from '../usecases/ports.ts';
import { stateFromJson, stateToJson } from './state-json.ts';

interface Row {
  readonly state: string;
  readonly version: number;
}

const kept = ({ state, version }: Row): KeptSaga => ({ state: stateFromJson(state), version });

const sagas = identityMap<KeptSaga>(saveSagas, { when: 'commit' });
const byId = (all: readonly KeptSaga[]): ReadonlyMap<string, KeptSaga> => new Map(all.map((one) => [one.state.id, one]));

/** The sagas in PostgreSQL, schema `order_orchestrator`. */
export const pgSagaBook: SagaBook = {
  load: (tx, orderIds) => sagas.read(tx, orderIds, async (missing) => {
    const rows = await query<Row>(tx, {
      name: 'saga.load',
      text: 'select state::text, version from order_orchestrator.saga where order_id = any($1::text[]) order by order_id for update',
      values: [missing],
    });
    return byId(rows.map(kept));
  }),

  async loadDue(tx, now, { definitions, limit }) {
    await sagas.flush(tx);
    const rows = await query<Row>(tx, {
      name: 'saga.load-due',
      text: 'select state::text, version from order_orchestrator.saga where deadline <= $1 and definition = any($3::text[]) order by deadline limit $2 for update skip locked',
      values: [new Date(now), limit, definitions],
    });
    return adopt(tx, rows);
  },

  async loadStuck(tx, before, limit) {
    await sagas.flush(tx);
    const rows = await query<Row>(tx, {
      name: 'saga.load-stuck',
      text: `select state::text, version from order_orchestrator.saga s
        where (s.deadline <= $1 and not exists (select from order_orchestrator.order_case c where c.order_id = s.order_id and (c.status <> 'closed' or c.closed_at >= s.deadline)))
          or (s.status = 'manual' and not exists (select from order_orchestrator.order_case c where c.order_id = s.order_id))
        order by order_id limit $2 for update skip locked`,
      values: [new Date(before), limit],
    });
    return adopt(tx, rows);
  },

  async save(tx, changed) {
    sagas.write(tx, byId(changed));
  },
};

function adopt(tx: Transaction, rows: readonly Row[]): readonly KeptSaga[] {
  const found = byId(rows.map(kept));
  sagas.adopt(tx, [...found.keys()], found);
  return [...found.values()];
}

async function saveSagas(tx: Transaction, changes: readonly Change<KeptSaga>[]): Promise<void> {
  const states = changes.map(({ row: { state } }) => state);
  const saved = await query(tx, {
    name: 'saga.save',
    text: `with new as (
        select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::int[], $7::timestamptz[], $8::timestamptz[], $9::int[])
          as new(order_id, definition, status, step, state, version, deadline, started_at, stored_version)),
      changed as (
        update order_orchestrator.saga s set status = new.status, step = new.step, state = new.state, version = new.version, deadline = new.deadline, updated_at = now()
          from new where new.stored_version > 0 and s.order_id = new.order_id and s.version = new.stored_version returning 1),
      begun as (
        insert into order_orchestrator.saga (order_id, definition, status, step, state, version, deadline, started_at, updated_at)
          select order_id, definition, status, step, state, version, deadline, started_at, now() from new where stored_version = 0
          on conflict do nothing returning 1)
      select from changed union all select from begun`,
    values: [
      states.map(({ id }) => id), states.map(({ definition }) => definition), states.map(({ status }) => status), states.map(stepOf),
      states.map(stateToJson), changes.map(({ row }) => row.version), states.map(dueOf), states.map(({ startedAt }) => new Date(startedAt)),
      changes.map(({ row, passed }) => (passed.at(-1) ?? row).version - 1),
    ],
  });
  if (saved.length !== changes.length) throw new MeshError('OFFSET_MOVED', { advice: 'an order was begun elsewhere at the same moment; the batch is decided anew' });
}

function stepOf(state: SagaState): string | null {
  if (state.status === 'running') return state.step;
  return state.status === 'undoing' ? state.left[0] ?? null : null;
}

function dueOf(state: SagaState): Date | null {
  const deadline = deadlineOf(state);
  return deadline === null ? null : new Date(deadline);
}
