import type { StatedCrmOrder, StatedDocument, StatedOrder } from '@order-mesh/contracts';
import { fen, type Instant } from '@order-mesh/kernel';
import { query, type Database } from '@order-mesh/platform';
import type { Books, LedgerSide } from '../domain/books.ts';
import type { Side } from '../domain/run.ts';
import type { StatementBook } from '../usecases/ports.ts';
import { amountFrom, toJson } from './reconciliation-json.ts';

const ORDERS_A_PAGE = 1_000;

/** The statements in PostgreSQL, schema `finance`. However many orders there are, one page of them is in memory. */
export function pgStatements(database: Pick<Database, 'query'>): StatementBook {
  return {
    async empty(tx) {
      await query(tx, { name: 'finance.empty-statements', text: 'delete from finance.statement_line', values: [] });
    },
    async add(tx, side, lines) {
      const latest = [...new Map(lines.map((line) => [`${line.orderId}\n${line.item}`, line])).values()];
      if (latest.length === 0) return;
      await query(tx, {
        name: 'finance.add-statement',
        text: `insert into finance.statement_line (side, order_id, item, content) select $1, * from unnest($2::text[], $3::text[], $4::jsonb[])
          on conflict (order_id, side, item) do update set content = excluded.content`,
        values: [side, latest.map(({ orderId }) => orderId), latest.map(({ item }) => item), latest.map(({ content }) => toJson(content))],
      });
    },
    async *books() {
      for (let after = '', more = true; more;) {
        const ids = (await database.query<{ readonly order_id: string }>({
          name: 'finance.stated-orders', text: 'select distinct order_id from finance.statement_line where order_id > $1 order by order_id limit $2', values: [after, ORDERS_A_PAGE],
        })).map((row) => row.order_id);
        if (ids.length > 0) yield await booksOf(database, ids);
        after = ids.at(-1) ?? after;
        more = ids.length === ORDERS_A_PAGE;
      }
    },
  };
}

interface LineRow {
  readonly order_id: string;
  readonly side: Side;
  readonly content: string;
}

interface LedgerRow {
  readonly order_id: string;
  readonly amount: bigint;
  readonly discount: bigint;
  readonly sale_order_code: string;
  readonly receivable_code: string;
  readonly contract_id: string;
  readonly waybill: string;
  readonly confirmed_at: Instant;
}

async function booksOf(database: Pick<Database, 'query'>, orderIds: readonly string[]): Promise<readonly Books[]> {
  const [lines, entries] = await Promise.all([
    database.query<LineRow>({ name: 'finance.statements', text: 'select order_id, side, content::text from finance.statement_line where order_id = any($1::text[])', values: [orderIds] }),
    database.query<LedgerRow>({
      name: 'finance.ledger-side',
      text: 'select order_id, amount, discount, sale_order_code, receivable_code, contract_id, waybill, confirmed_at from finance.entry where order_id = any($1::text[])',
      values: [orderIds],
    }),
  ]);
  const bySide = Map.groupBy(lines, (line) => `${line.side} ${line.order_id}`);
  const ledger = new Map(entries.map((row) => [row.order_id, ledgerSide(row)]));
  const said = <Said>(side: Side, orderId: string): readonly Said[] => (bySide.get(`${side} ${orderId}`) ?? []).map(({ content }) => withAmount<Said>(content));
  return orderIds.map((orderId) => ({
    orderId, ledger: ledger.get(orderId) ?? null,
    mesh: said<StatedOrder>('mesh', orderId).map(withDiscount)[0] ?? null, crm: said<StatedCrmOrder>('crm', orderId)[0] ?? null, erp: said<StatedDocument>('erp', orderId),
  }));
}

// what `add` wrote is what is read; only money is no JSON
function withAmount<Said>(json: string): Said {
  const said: Said & { readonly amount: unknown } = JSON.parse(json);
  return { ...said, amount: amountFrom(said.amount) };
}

// a statement that was taken in before there were discounts has none
function withDiscount(order: Omit<StatedOrder, 'discount'> & { readonly discount?: unknown }): StatedOrder {
  return { ...order, discount: amountFrom(order.discount) ?? fen(0) };
}

const ledgerSide = (row: LedgerRow): LedgerSide => ({
  amount: fen(row.amount), discount: fen(row.discount), saleOrderCode: row.sale_order_code, receivableCode: row.receivable_code, contractId: row.contract_id, waybill: row.waybill, confirmedAt: row.confirmed_at,
});
