import fc from 'fast-check';
import { fenFromYuan } from '@order-mesh/kernel';
import type { BookRequest } from '../../domain/booking-calls.ts';
import { codeOf, isAskable, receivable, saleOrder } from './messages.ts';
import { toXml, xmlIn } from './xml.ts';

const NOVEMBER_24 = Date.parse('2026-11-24T08:00:00+08:00');
const document = { saleType: '01', department: '0301', taxRate: '13' };
const request = (lines: readonly (readonly [price: bigint, quantity: number])[]): BookRequest => ({
  orderId: 'A1', customerId: 'C1', contractId: 'HT-1', waybill: 'SF1', amount: String(lines.reduce((sum, [price, quantity]) => sum + price * BigInt(quantity), 0n)),
  lines: lines.map(([price, quantity], index) => ({ lineNo: index + 1, sku: `P${index}`, name: 'x', quantity, unitPrice: String(price) })),
});

const threeForTen: BookRequest = {
  ...request([]), amount: '1000',
  lines: [{ lineNo: 1, sku: 'P0', name: 'x', quantity: 3, unitPrice: '400', discounts: [{ amount: '150', title: '满减 1.50' }, { amount: '50', title: 'VIP' }] }],
};

describe('a sales order for EAI', () => {
  it('carries every amount, worked out', () => {
    const { header, body } = saleOrder(request([[2_682_000n, 1]]), document, NOVEMBER_24);
    expect(header).toMatchObject({ code: 'SO-A1', define1: 'A1', custcode: 'C1', date: '2026-11-24', currency: '人民币', taxrate: '13' });
    expect(body?.entry).toEqual([expect.objectContaining({
      irowno: '1', inventorycode: 'P0', quantity: '1', taxunitprice: '26820.00', unitprice: '23734.513274', money: '23734.51', tax: '3085.49', sum: '26820.00', natsum: '26820.00', ccontractid: 'HT-1',
    })]);
  });

  it('adds up to the fen: price times quantity, and tax on top of what is without it', () => {
    const lines = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 10_000_000n }), fc.integer({ min: 1, max: 10_000 })), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(lines, fc.constantFrom('0', '3', '6', '9', '13'), (given, taxRate) => {
      const { body } = saleOrder(request(given), { ...document, taxRate }, NOVEMBER_24);
      body?.entry.forEach(({ sum = '', money = '', tax = '' }, index) => {
        const [price = 0n, quantity = 0] = given[index] ?? [];
        expect(fenFromYuan(sum)).toBe(price * BigInt(quantity));
        expect(fenFromYuan(money) + fenFromYuan(tax)).toBe(fenFromYuan(sum));
      });
      expect(receivable(request(given), document, NOVEMBER_24).header['amount']).toBe(receivable(request(given), document, NOVEMBER_24).body?.entry[0]?.['amount']);
    }));
  });

  it('tells what is taken off a line: the list price, the discount with tax, and the percentage that remains', () => {
    const { body, header } = saleOrder(threeForTen, document, NOVEMBER_24);
    expect(body?.entry).toEqual([expect.objectContaining({
      quantity: '3', quotedprice: '4.00', taxunitprice: '3.333333', sum: '10.00', money: '8.85', tax: '1.15', unitprice: '2.949852',
      discount: '2.00', natdiscount: '2.00', discountrate: '83.333333', discountrate2: '100', natsum: '10.00',
    })]);
    expect(header['memo']).toBe('order A1 contract HT-1 waybill SF1; 满减 1.50; VIP');
    expect(receivable(threeForTen, document, NOVEMBER_24).header['amount']).toBe('10.00');
  });

  it('survives XML, whatever a customer is called', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (name) => {
      const sent = { ...request([[1n, 1]]), contractId: `<${name}&"'>` };
      const { body } = saleOrder(sent, document, NOVEMBER_24);
      const read = xmlIn(toXml({ saleorder: { body } }));
      expect(read).toMatchObject({ saleorder: { body: { entry: { ccontractid: sent.contractId } } } });
    }));
  });
});

describe('the number of a document', () => {
  it('is the order id where U8 has room for it, and as good as one where not', () => {
    expect([codeOf('saleorder', '801Ab000001XyZQAA0'), codeOf('oughtreceive', 'A1')]).toEqual(['SO-801Ab000001XyZQAA0', 'AR-A1']);
    const [one = '', other] = ['x', 'y'].map((end) => codeOf('saleorder', `${'0'.repeat(40)}${end}`));
    expect(one).toHaveLength(30);
    expect(one).not.toBe(other);
  });

  it('is asked for only where SQL could not misread it', () => {
    expect(['A1', '801Ab000001XyZQAA0', 'SO_2026-11:1.2'].every(isAskable)).toBe(true);
    expect(["A' or 1=1", 'A;B', 'A"', 'A%', '', 'A\n', '订单'].some(isAskable)).toBe(false);
  });
});
