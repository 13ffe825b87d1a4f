import type { Instant } from '@order-mesh/kernel';
import { query } from '@order-mesh/platform';
import type { Delegation } from '../domain/delegation.ts';
import type { DelegationBook } from '../usecases/ports.ts';

/** Far more than any company has at once. */
const MOST = 10_000;

interface DelegationRow {
  readonly delegation_id: string;
  readonly revision: number;
  readonly state: Delegation['state'];
  readonly absent: string;
  readonly deputy: string;
  readonly since: Instant;
  readonly until: Instant;
  readonly reason: string;
  readonly requested_by: string;
}

const COLUMNS = 'delegation_id, revision, state, absent, deputy, since, until, reason, requested_by';

/** The delegations in PostgreSQL, schema `approvals`. */
export const pgDelegationBook: DelegationBook = {
  async load(tx, delegationIds) {
    const rows = await query<DelegationRow>(tx, {
      name: 'approvals.lock-delegations', text: `select ${COLUMNS} from approvals.delegation where delegation_id = any($1::text[]) order by delegation_id for update`, values: [delegationIds],
    });
    return new Map(rows.map((row) => [row.delegation_id, delegationOf(row)]));
  },
  async save(tx, delegations) {
    if (delegations.length === 0) return;
    await query(tx, {
      name: 'approvals.save-delegations',
      text: `insert into approvals.delegation (${COLUMNS})
        select * from unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[])
        on conflict (delegation_id) do update set revision = excluded.revision, state = excluded.state, until = excluded.until, requested_by = excluded.requested_by, changed_at = now()`,
      values: [
        delegations.map(({ delegationId }) => delegationId), delegations.map(({ revision }) => revision), delegations.map(({ state }) => state),
        delegations.map(({ absent }) => absent), delegations.map(({ deputy }) => deputy), delegations.map(({ since }) => new Date(since)),
        delegations.map(({ until }) => new Date(until)), delegations.map(({ reason }) => reason), delegations.map(({ requestedBy }) => requestedBy),
      ],
    });
  },
  async inForceAfter(tx, after) {
    const text = `select ${COLUMNS} from approvals.delegation where until > $1 order by since, delegation_id limit ${MOST}`;
    return (await query<DelegationRow>(tx, { name: 'approvals.delegations-in-force', text, values: [new Date(after)] })).map(delegationOf);
  },
};

const delegationOf = ({ delegation_id: delegationId, revision, state, absent, deputy, since, until, reason, requested_by: requestedBy }: DelegationRow): Delegation =>
  ({ delegationId, revision, state, absent, deputy, since, until, reason, requestedBy });
