import { emptyStore, type Change } from '../records/store.ts';
import { parseQuery } from './parse.ts';
import { ChildRows, runQuery } from './run.ts';

const change = (sobject: Change['sobject'], id: string, fields: Change['fields']): Change => ({ kind: 'CREATE', sobject, id, fields });

describe('a query', () => {
  const store = emptyStore();
  const records: readonly Change[] = [
    change('Account', '001a', { Name: 'Jiahe', AccountNumber: 'C1' }),
    change('Product2', '01ta', { Name: 'Lantern', ProductCode: 'P0002' }),
    change('Order', '801a', { Status: 'Draft', AccountId: '001a', PoNumber: "O'Neil", SystemModstamp: '2026-03-01T08:00:00.000+0000' }),
    change('Order', '801b', { Status: 'Activated', AccountId: null, PoNumber: 'PO-2', SystemModstamp: '2026-03-02T08:00:00.000+0000' }),
    change('OrderItem', '802a', { OrderId: '801a', Product2Id: '01ta', Quantity: 3, UnitPrice: 2.55, OrderItemNumber: '1' }),
    change('OrderItem', '802b', { OrderId: '801a', Product2Id: '01ta', Quantity: 1, UnitPrice: 0.1, OrderItemNumber: '2' }),
  ];
  for (const record of records) store.apply(record);

  const rows = (text: string) => {
    const query = parseQuery(text);
    const answer = query.type === 'ok' ? runQuery(query.value, store, 'v62.0') : query;
    return answer.type === 'ok' ? answer.value.rows : answer.problem.errorCode;
  };
  const ids = (text: string) => {
    const found = rows(text);
    return typeof found === 'string' ? found : found.map((row) => row['Id']);
  };

  it.each([
    ["SELECT Id FROM Order WHERE Id = '801a'", ['801a']],
    ["SELECT Id FROM Order WHERE Status IN ('draft', 'Activated') ORDER BY SystemModstamp DESC", ['801b', '801a']],
    ['SELECT Id FROM Order WHERE SystemModstamp >= 2026-03-02T00:00:00Z', ['801b']],
    ["SELECT Id FROM Order WHERE PoNumber = 'O\\'Neil' AND Account.AccountNumber = 'C1'", ['801a']],
    ['SELECT Id FROM Order WHERE AccountId = null', ['801b']],
    ['SELECT Id FROM Order WHERE TotalAmount > 7.7 AND TotalAmount <= 7.75', ['801a']],
    ["SELECT Id FROM Order WHERE NOT (Status = 'Draft' OR PoNumber LIKE 'x%')", ['801b']],
    ['SELECT Id FROM OrderItem ORDER BY Quantity LIMIT 1 OFFSET 1', ['802a']],
    ["SELECT Id FROM OrderItem WHERE OrderId IN ('801a', '801b') ORDER BY OrderItemNumber ASC NULLS LAST", ['802a', '802b']],
  ])('%s', (text, expected) => {
    expect(ids(text)).toEqual(expected);
  });

  it('shows parents inside the row, and children as rows of their own', () => {
    const found = rows("SELECT Id, TotalAmount, Account.Name, (SELECT Quantity, Product2.ProductCode FROM OrderItems ORDER BY OrderItemNumber) FROM Order WHERE Id = '801a'");
    const [order] = typeof found === 'string' ? [] : found;
    expect(order).toMatchObject({ Id: '801a', TotalAmount: 7.75, Account: { attributes: { type: 'Account' }, Name: 'Jiahe' } });
    const children = order?.['OrderItems'];
    expect(children instanceof ChildRows && children.rows).toMatchObject([{ Quantity: 3, Product2: { ProductCode: 'P0002' } }, { Quantity: 1 }]);
  });

  it('shows null for an empty parent and for no children', () => {
    const found = rows("SELECT Account.Name, (SELECT Id FROM OrderItems) FROM Order WHERE Id = '801b'");
    expect(found).toMatchObject([{ Account: null, OrderItems: null }]);
  });

  it.each([
    ['SELECT FROM Order', 'MALFORMED_QUERY'],
    ['SELECT Id FROM Order WHERE', 'MALFORMED_QUERY'],
    ["SELECT Id FROM Order WHERE Status = 'open", 'MALFORMED_QUERY'],
    ['SELECT Id FROM Order GROUP BY Status', 'MALFORMED_QUERY'],
    ['SELECT Id FROM Orders', 'INVALID_TYPE'],
    ['SELECT Nonsense FROM Order', 'INVALID_FIELD'],
    ['SELECT Owner.Name FROM Order', 'INVALID_FIELD'],
    ['SELECT Id FROM Order WHERE Status = 5', 'INVALID_FIELD'],
    ["SELECT Id FROM Order WHERE SystemModstamp > '2026-01-01'", 'INVALID_FIELD'],
    ['SELECT Id, (SELECT Id FROM Nothing) FROM Order', 'INVALID_TYPE'],
  ])('refuses %s', (text, code) => {
    expect(rows(text)).toBe(code);
  });
});
