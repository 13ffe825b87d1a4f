import { keepOriginals, multiplyRows, orderTables, type OrderTable } from './multiply.ts';

const entry: OrderTable = {
  schema: 'finance', name: 'entry',
  columns: [
    { name: 'order_id', type: 'text', isUniqueNumber: false },
    { name: 'entry_no', type: 'bigint', isUniqueNumber: true },
    { name: 'waybill', type: 'text', isUniqueNumber: false },
    { name: 'amount', type: 'bigint', isUniqueNumber: false },
  ],
};

describe('the rows of a history', () => {
  it('belong to new orders, whose names stand in every text', () => {
    const sql = multiplyRows(entry, { orders: 1_000, from: 1, to: 9 });
    expect(sql).toContain('insert into "finance"."entry" ("order_id", "entry_no", "waybill", "amount")');
    expect(sql).toContain('generate_series(1, 9)');
    expect(sql).toContain('+ copy * 1000)');
    expect(sql).toContain('replace(one."waybill", one.order_id, new_id)');
    expect(sql).toContain('one."amount"');
  });

  it('continue a number that occurs once', () => {
    expect(multiplyRows(entry, { orders: 1_000, from: 1, to: 9 })).toContain('(select coalesce(max("entry_no"), 0) from "finance"."entry") + row_number() over ()');
  });

  it('are copied from what is kept of the first orders', () => {
    expect(keepOriginals(entry, 'h')).toBe(`create table bench_history."finance_entry" as select * from "finance"."entry" where order_id like 'h%'`);
  });
});

it('gathers the columns of each table', () => {
  const row = { schema: 'credit', type: 'text', is_unique_number: false };
  expect(orderTables([{ ...row, name: 'hold', column: 'order_id' }, { ...row, name: 'hold', column: 'status' }, { ...row, name: 'receivable', column: 'order_id' }])
    .map(({ name, columns }) => [name, columns.map((column) => column.name)])).toEqual([['hold', ['order_id', 'status']], ['receivable', ['order_id']]]);
});
