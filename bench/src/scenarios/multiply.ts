/** A table whose rows belong to orders. */
export interface OrderTable {
  readonly schema: string;
  readonly name: string;
  /** Those that are written; generated and numbered ones are left out. */
  readonly columns: readonly OrderColumn[];
}

export interface OrderColumn {
  readonly name: string;
  readonly type: string;
  /** A number that occurs once in the table: copies continue it. */
  readonly isUniqueNumber: boolean;
}

/** Where copies of rows are made from: the rows of the first `orders` orders of the prefix. */
export interface Copies {
  readonly orders: number;
  readonly from: number;
  readonly to: number;
}

/** The schema that holds the rows to be copied. */
export const ORIGINALS = 'bench_history';

/** Columns of all tables that have an `order_id`, partitions left to their parent; $1 is the list of schemas to leave alone. */
export const ORDER_TABLES = `
  select n.nspname as schema, c.relname as name, a.attname as column, format_type(a.atttypid, null) as type,
         a.atttypid in ('int8'::regtype, 'int4'::regtype, 'numeric'::regtype) and exists (
           select from pg_index i where i.indrelid = c.oid and i.indisunique and a.attnum = any(i.indkey)
             and not exists (select from pg_attribute o where o.attrelid = c.oid and o.attname = 'order_id' and o.attnum = any(i.indkey))) as is_unique_number
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attidentity = ''
   where c.relkind in ('r', 'p') and not c.relispartition and n.nspname <> all($1)
     and exists (select from pg_attribute k where k.attrelid = c.oid and k.attname = 'order_id' and not k.attisdropped)
   order by 1, 2, a.attnum`;

/** Keeps the rows of the orders of a prefix for copying. */
export function keepOriginals(table: OrderTable, prefix: string): string {
  return `create table ${originalsOf(table)} as select * from ${fullName(table)} where order_id like ${literal(`${prefix}%`)}`;
}

/**
 * Copies the originals once for each number from `from` to `to`: order `h0000007` becomes `h0001007` in copy 1 of 1,000 orders.
 * Wherever a text names the order it names the copy.
 */
export function multiplyRows(table: OrderTable, { orders, from, to }: Copies): string {
  const names = table.columns.map(({ name }) => quoted(name)).join(', ');
  const values = table.columns.map((column) => valueOf(column, table)).join(', ');
  return `insert into ${fullName(table)} (${names})
  select ${values}
    from generate_series(${from}, ${to}) copy
   cross join lateral (select o.*, left(o.order_id, 1) || lpad((substr(o.order_id, 2)::bigint + copy * ${orders})::text, 7, '0') as new_id
      from ${originalsOf(table)} o) one
    on conflict do nothing`;
}

/** Groups what `ORDER_TABLES` gives. */
export function orderTables(rows: readonly { readonly schema: string; readonly name: string; readonly column: string; readonly type: string; readonly is_unique_number: boolean }[]): readonly OrderTable[] {
  const byName = Map.groupBy(rows, ({ schema, name }) => `${schema}.${name}`);
  return [...byName.values()].map((columns) => ({
    schema: columns[0]?.schema ?? '', name: columns[0]?.name ?? '',
    columns: columns.map(({ column, type, is_unique_number: isUniqueNumber }) => ({ name: column, type, isUniqueNumber })),
  }));
}

export const fullName = ({ schema, name }: Pick<OrderTable, 'schema' | 'name'>): string => `${quoted(schema)}.${quoted(name)}`;
export const originalsOf = ({ schema, name }: OrderTable): string => `${ORIGINALS}.${quoted(`${schema}_${name}`)}`;

function valueOf({ name, type, isUniqueNumber }: OrderColumn, table: OrderTable): string {
  if (name === 'order_id') return 'new_id';
  const column = quoted(name);
  if (isUniqueNumber) return `(select coalesce(max(${column}), 0) from ${fullName(table)}) + row_number() over ()`;
  return type === 'text' || type === 'character varying' ? `replace(one.${column}, one.order_id, new_id)` : `one.${column}`;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll(`'`, `''`)}'`;
