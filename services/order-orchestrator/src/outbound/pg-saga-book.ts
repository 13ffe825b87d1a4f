import { MeshError } from '@order-mesh/kernel';
import { query } from '@order-mesh/platform';
import { deadlineOf, type SagaState } from '@order-mesh/saga';
import type { KeptSaga, SagaBook } from '../usecases/ports.ts';
import { stateFromJson, stateToJson } from './state-json.ts';

interface Row {
  readonly state: string;
  readonly version: number;
}

const kept = ({ state, version }: Row): KeptSaga => ({ state: stateFromJson(state), version });

export const pgSagaBook: SagaBook = {
  async load(tx, orderIds) {
    const rows = await query<Row>(tx, {
      name: 'saga.load',
      text: 'select state::text, version from order_orchestrator.saga where order_id = any($1) order by order_id for update',
      values: [orderIds],
    });
    return new Map(rows.map(kept).map((one) => [one.state.id, one]));
  },

  async loadDue(tx, now, limit) {
    const rows = await query<Row>(tx, {
      name: 'saga.load-due',
      text: 'select state::text, version from order_orchestrator.saga where deadline <= $1 order by deadline limit $2 for update skip locked',
      values: [new Date(now), limit],
    });
    return rows.map(kept);
  },

  async save(tx, sagas) {
    const states = sagas.map(({ state }) => state);
    const saved = await query(tx, {
      name: 'saga.save',
      text: `insert into order_orchestrator.saga as s (order_id, definition, status, step, state, version, deadline, started_at, updated_at)
        select *, now() from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::int[], $7::timestamptz[], $8::timestamptz[])
        on conflict (order_id) do update set status = excluded.status, step = excluded.step, state = excluded.state,
          version = excluded.version, deadline = excluded.deadline, updated_at = excluded.updated_at
        where s.version = excluded.version - 1 returning 1`,
      values: [
        states.map(({ id }) => id), states.map(({ definition }) => definition), states.map(({ status }) => status), states.map(stepOf),
        states.map(stateToJson), sagas.map(({ version }) => version), states.map(dueOf), states.map(({ startedAt }) => new Date(startedAt)),
      ],
    });
    if (saved.length !== sagas.length) throw new MeshError('OFFSET_MOVED', { advice: 'an order was begun elsewhere at the same moment; the batch is decided anew' });
  },
};

function stepOf(state: SagaState): string | null {
  if (state.status === 'running') return state.step;
  return state.status === 'undoing' ? state.left[0] ?? null : null;
}

function dueOf(state: SagaState): Date | null {
  const deadline = deadlineOf(state);
  return deadline === null ? null : new Date(deadline);
}
