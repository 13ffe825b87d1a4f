import { query, type Database } from '@order-mesh/platform';
import { delegationItemOf, type DelegationView } from '../domain/delegation-view.ts';
import { sane } from '../domain/stamp.ts';
import type { DelegationReader, DelegationViews } from '../usecases/ports.ts';
import { toJson } from './view-json.ts';

interface StateRow {
  readonly state: string;
}

// no money in it
const viewFrom = ({ state }: StateRow): DelegationView => JSON.parse(state);

/** The views of delegations in PostgreSQL, schema `gateway`. */
export const pgDelegationViews: DelegationViews = {
  async load(tx, delegationIds) {
    const rows = await query<StateRow>(tx, { name: 'gateway.load-delegations', text: 'select state::text from gateway.delegation where delegation_id = any($1::text[])', values: [delegationIds] });
    return rows.map(viewFrom);
  },
  async save(tx, views) {
    const sorted = [...views].sort((one, other) => (one.delegationId < other.delegationId ? -1 : 1));
    await query(tx, {
      name: 'gateway.save-delegations',
      text: `insert into gateway.delegation (delegation_id, revision, until, state) select * from unnest($1::text[], $2::int[], $3::timestamptz[], $4::jsonb[])
        on conflict (delegation_id) do update set revision = excluded.revision, until = excluded.until, state = excluded.state where delegation.revision < excluded.revision`,
      values: [sorted.map(({ delegationId }) => delegationId), sorted.map(({ revision }) => revision), sorted.map(({ until }) => new Date(sane(until))), sorted.map(toJson)],
    });
  },
};

/** Reads the views of delegations outside of any batch. */
export function pgDelegationReader(database: Pick<Database, 'query'>): DelegationReader {
  return {
    async delegations({ after, limit }) {
      const rows = await database.query<StateRow>({
        name: 'gateway.list-delegations',
        text: 'select state::text from gateway.delegation where $1::timestamptz is null or (until, delegation_id) < ($1, $2) order by until desc, delegation_id desc limit $3',
        values: [after ? new Date(after.at) : null, after?.id ?? '', limit],
      });
      return rows.map((row) => delegationItemOf(viewFrom(row)));
    },
    async lasting(beyond) {
      const rows = await database.query<StateRow>({ name: 'gateway.lasting-delegations', text: 'select state::text from gateway.delegation where until > $1 order by until desc limit 1000', values: [new Date(beyond)] });
      return rows.map((row) => delegationItemOf(viewFrom(row)));
    },
    async delegation(delegationId) {
      const [row] = await database.query<StateRow>({ name: 'gateway.read-delegation', text: 'select state::text from gateway.delegation where delegation_id = $1', values: [delegationId] });
      return row ? delegationItemOf(viewFrom(row)) : null;
    },
  };
}
