import { MeshError, type Instant } from '@order-mesh/kernel';
import { ordersPlacedIn, type ReadAhead, type Transaction } from '@order-mesh/messaging';
import { identityMap, query, type Change, type Database } from '@order-mesh/platform';
import { readRecord, writeRecord } from '@order-mesh/rules';
import { contractIdOf, type Contract } from '../domain/contract.ts';
import type { ContractBook } from '../usecases/ports.ts';

interface ContractRow {
  readonly order_id: string;
  readonly revision: number;
  readonly status: Contract['status'];
  readonly sign_flow_id: string | null;
  readonly document_sha256: string | null;
  readonly signed_at: Instant | null;
  readonly attempt: number | null;
  readonly awaited: boolean | null;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly checks: number | null;
  readonly next_check_at: Instant | null;
  readonly record: string | null;
  readonly customer_id: string;
}

const COLUMNS = 'order_id, revision, status, sign_flow_id, document_sha256, signed_at, attempt, awaited, reason, detail, checks, next_check_at, record, customer_id';

/** The contracts in PostgreSQL, schema `contract`. */
export function pgContractBook(database: Database): ContractBook {
  return {
    load: loadContracts,
    async findByFlows(tx, signFlowIds) {
      await kept.flush(tx);
      const text = `select ${COLUMNS} from contract.contract where sign_flow_id = any($1::text[])`;
      const rows = await query<ContractRow>(tx, { name: 'contract.find-by-flows', text, values: [signFlowIds] });
      return new Map(rows.map(contractOf).flatMap((contract) => ('signFlowId' in contract ? [[contract.signFlowId, contract]] : [])));
    },
    async dueForCheck(tx, now, atMost) {
      await kept.flush(tx);
      const text = `select ${COLUMNS} from contract.contract where next_check_at <= $1 order by next_check_at limit $2 for update skip locked`;
      const due = byOrder((await query<ContractRow>(tx, { name: 'contract.due-for-check', text, values: [new Date(now), atMost] })).map(contractOf));
      kept.adopt(tx, [...due.keys()], due);
      return [...due.values()];
    },
    async save(tx, contracts) {
      kept.write(tx, byOrder(contracts));
    },
    async anyDueForCheck(now) {
      const text = 'select exists (select from contract.contract where next_check_at <= $1) as due';
      const [row] = await database.query<{ readonly due: boolean }>({ name: 'contract.any-due-for-check', text, values: [new Date(now)] });
      return row?.due ?? false;
    },
  };
}

const kept = identityMap<Contract>(saveContracts, { keepsPassed: true });

const loadContracts: ContractBook['load'] = (tx, orderIds) => kept.read(tx, orderIds, async (missing) => {
  const text = `select ${COLUMNS} from contract.contract where order_id = any($1::text[]) order by order_id for update`;
  const rows = await query<ContractRow>(tx, { name: 'contract.load', text, values: [missing] });
  return byOrder(rows.map(contractOf));
});

/** Reads the contracts of orders that are only being placed: nothing, almost always. */
export const readContractsAhead: ReadAhead = (batch, tx) => {
  kept.ahead(tx, loadContracts(tx, ordersPlacedIn(batch).map(({ orderId }) => orderId)));
};

const byOrder = (contracts: readonly Contract[]): ReadonlyMap<string, Contract> => new Map(contracts.map((one) => [one.orderId, one]));

async function saveContracts(tx: Transaction, changes: readonly Change<Contract>[]): Promise<void> {
  const contracts = changes.map(({ row }) => row);
  const signed = changes.map(({ row, passed }) => [row, ...passed].find((one) => one.status === 'signed'));
  const flows = changes.map(({ row, passed }) => [row, ...passed].find((one) => 'signFlowId' in one));
  const tried = contracts.map((one) => ('attempt' in one ? one : undefined));
  const refused = contracts.map((one) => ('reason' in one ? one : undefined));
  const watched = contracts.map((one) => ('nextCheckAt' in one ? one : undefined));
  await query(tx, {
    name: 'contract.save',
    // Flow, document and date stay with what is void later, for whoever asks about it
    text: `insert into contract.contract as known
        (order_id, contract_id, status, sign_flow_id, document_sha256, signed_at, attempt, awaited, reason, detail, checks, next_check_at, revision, record, customer_id)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::int[], $8::boolean[], $9::text[], $10::text[],
        $11::int[], $12::timestamptz[], $13::int[], $14::text[], $15::text[])
      on conflict (order_id) do update set revision = excluded.revision, contract_id = excluded.contract_id, status = excluded.status, sign_flow_id = coalesce(excluded.sign_flow_id, known.sign_flow_id),
        document_sha256 = coalesce(excluded.document_sha256, known.document_sha256), signed_at = coalesce(excluded.signed_at, known.signed_at),
        attempt = excluded.attempt, awaited = excluded.awaited, reason = excluded.reason, detail = excluded.detail,
        checks = excluded.checks, next_check_at = excluded.next_check_at, record = excluded.record, customer_id = excluded.customer_id, changed_at = now()`,
    values: [
      contracts.map(({ orderId }) => orderId), contracts.map(contractIdOf), contracts.map(({ status }) => status),
      flows.map((one) => (one && 'signFlowId' in one ? one.signFlowId : null)),
      signed.map((one) => one?.documentSha256 ?? null), signed.map((one) => (one ? new Date(one.signedAt) : null)),
      tried.map((one) => one?.attempt ?? null), contracts.map((one) => ('awaited' in one ? one.awaited : null)),
      refused.map((one) => one?.reason ?? null), refused.map((one) => one?.detail ?? null),
      watched.map((one) => one?.checks ?? null), watched.map((one) => (one ? new Date(one.nextCheckAt) : null)), contracts.map(({ revision }) => revision),
      contracts.map(({ record }) => (record === null ? null : writeRecord(record))), contracts.map(({ customerId }) => customerId),
    ],
  });
}

function contractOf(row: ContractRow): Contract {
  const { order_id: orderId, revision, status } = row;
  const drawn = { orderId, revision, customerId: row.customer_id, record: row.record === null ? null : readRecord(row.record) };
  const is = <Column extends keyof ContractRow>(column: Column) => told(row, column);
  switch (status) {
    case 'signing': return { ...drawn, status, signFlowId: is('sign_flow_id'), checks: is('checks'), nextCheckAt: is('next_check_at') };
    case 'signed': return { ...drawn, status, signFlowId: is('sign_flow_id'), documentSha256: is('document_sha256'), signedAt: is('signed_at') };
    case 'refused': return { ...drawn, status, reason: is('reason'), detail: is('detail') };
    case 'voiding': return { ...drawn, status, signFlowId: is('sign_flow_id'), attempt: is('attempt'), awaited: is('awaited') };
    case 'rescinding':
      return { ...drawn, status, signFlowId: is('sign_flow_id'), attempt: is('attempt'), awaited: is('awaited'), checks: is('checks'), nextCheckAt: is('next_check_at') };
    case 'kept': return { ...drawn, status, signFlowId: is('sign_flow_id'), attempt: is('attempt'), reason: is('reason'), detail: is('detail') };
    default: return { ...drawn, status };
  }
}

function told<Column extends keyof ContractRow>(row: ContractRow, column: Column): NonNullable<ContractRow[Column]> {
  const value = row[column];
  if (value === null || value === undefined) {
    throw new MeshError('BROKEN_PROMISE', { advice: `contract of order ${row.order_id} has no ${column}, which a ${row.status} one must have` });
  }
  return value;
}
