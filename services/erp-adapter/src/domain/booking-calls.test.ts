import { fen } from '@order-mesh/kernel';
import { bookRequest, linesTotal, lineTotal, type BookLine } from './booking-calls.ts';

const line = (lineNo: number, quantity: number, unitPrice: number) => ({ lineNo, sku: `P${lineNo}`, name: 'x', quantity, unit: '件', unitPrice: fen(unitPrice), amount: fen(quantity * unitPrice) });
const off = (lineNo: number, amount: number, title: string) => ({ lineNo, amount: fen(amount), point: 'promotion', rule: 'r', title });
const order = { orderId: 'A1', customerId: 'C1', contractId: 'HT-A1', waybill: 'SF1', lines: [line(1, 3, 400), line(2, 2, 165)], amount: fen(1_330) };

describe('what the ERP is asked to write down', () => {
  it('holds with each line what is taken off it, by however many rules', () => {
    const request = bookRequest({ ...order, discounts: [off(1, 150, '满减'), off(1, 50, 'VIP')] });
    expect(request.lines.map(({ discounts }) => discounts)).toEqual([[{ amount: '150', title: '满减' }, { amount: '50', title: 'VIP' }], undefined]);
    expect([request.lines.map(lineTotal), linesTotal(request.lines), request.amount]).toEqual([[1_000n, 330n], 1_330n, '1330']);
  });

  it('is written as before there were discounts where nothing is taken off, and what was written then is read as that', () => {
    const before: BookLine = { lineNo: 2, sku: 'P2', name: 'x', quantity: 2, unitPrice: '165' };
    expect(bookRequest({ ...order, discounts: [] }).lines[1]).toStrictEqual(before);
    expect(lineTotal(before)).toBe(330n);
  });
});
