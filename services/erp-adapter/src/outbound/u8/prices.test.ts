import fc from 'fast-check';
import { fen, fenFromYuan, yuanFromFen } from '@order-mesh/kernel';
import { lineTotal, type BookLine, type BookRequest } from '../../domain/booking-calls.ts';
import { saleOrder } from '../eai/messages.ts';
import { receivableHead, saleOrderHead, saleOrderLines } from './documents.ts';
import { unbookable } from './prices.ts';

const config = { saleType: '01', department: '0301', taxRate: '13' };
const NOVEMBER_24 = Date.parse('2026-11-24T08:00:00+08:00');
const line = (quantity: number, unitPrice: bigint, ...off: readonly bigint[]): BookLine => ({
  lineNo: 1, sku: 'P1', name: 'x', quantity, unitPrice: String(unitPrice), ...(off.length > 0 && { discounts: off.map((amount, index) => ({ amount: String(amount), title: `rule ${index}` })) }),
});
const order = (one: BookLine, amount: bigint = lineTotal(one)): BookRequest => ({ orderId: 'A1', customerId: 'C1', contractId: 'HT-1', waybill: 'SF1', amount: String(amount), lines: [one] });

/** As U8 works a line out: quantity times the price with tax, half a fen rounds up. */
function workedOut(quantity: string, taxunitprice: string): bigint {
  const [yuan = '', decimals = ''] = taxunitprice.split('.');
  expect(decimals.length).toBeLessThanOrEqual(6);
  const millionths = BigInt(yuan + decimals.padEnd(6, '0'));
  return (millionths * BigInt(quantity) + 5_000n) / 10_000n;
}

const price = fc.bigInt({ min: 1n, max: 100_000_000n });
/** Fewer than 10,000 units with whatever is taken off, by up to three rules. */
const small = fc.tuple(fc.integer({ min: 1, max: 9_999 }), price, fc.array(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 3 })).map(([quantity, unitPrice, shares]) => {
  const total = BigInt(quantity) * unitPrice;
  const all = BigInt(Math.max(1_000, shares.reduce((sum, share) => sum + share, 0)));
  return line(quantity, unitPrice, ...shares.map((share) => (total * BigInt(share)) / all));
});
/** 10,000 units and more with a whole number of fen taken off each. */
const large = fc.tuple(fc.integer({ min: 10_000, max: 1_000_000 }), price, fc.nat({ max: 1_000 })).map(([quantity, unitPrice, share]) => (
  line(quantity, unitPrice, BigInt(quantity) * ((unitPrice * BigInt(share)) / 1_000n))));

describe('a line of U8 that costs less than its list price', () => {
  it('comes to what is to be paid, to the fen, through both doors', () => {
    fc.assert(fc.property(fc.oneof(small, large), (one) => {
      const request = order(one);
      expect(unbookable(request)).toBeUndefined();
      const [api = { quantity: '', taxunitprice: '' }] = saleOrderLines(request, config);
      const [eai = {}] = saleOrder(request, config, NOVEMBER_24).body?.entry ?? [];
      expect(workedOut(api['quantity'] ?? '', api['taxunitprice'] ?? '')).toBe(lineTotal(one));
      expect(workedOut(eai['quantity'] ?? '', eai['taxunitprice'] ?? '')).toBe(lineTotal(one));
      const told = (name: string) => fenFromYuan(eai[name] ?? '');
      expect(told('sum')).toBe(lineTotal(one));
      expect(told('money') + told('tax')).toBe(told('sum'));
      expect(BigInt(one.quantity) * told('quotedprice') - told('discount')).toBe(told('sum'));
      expect(receivableHead(request, config, NOVEMBER_24)['amount']).toBe(yuanFromFen(lineTotal(one)));
    }));
  });

  it('quotes the list price only where something is taken off', () => {
    expect(saleOrderLines(order(line(3, 400n)), config)[0]).toEqual({ rowno: '1', inventorycode: 'P1', quantity: '3', taxunitprice: '4.00', taxrate: '13', ccontractid: 'HT-1', bgift: '0' });
    expect(saleOrderLines(order(line(3, 400n, 200n)), config)[0]).toMatchObject({ taxunitprice: '3.333333', quotedprice: '4.00' });
    expect(saleOrderLines(order(line(3, 400n, 1_200n)), config)[0]).toMatchObject({ taxunitprice: '0.000000', quotedprice: '4.00' });
  });
});

describe('an order that U8 can\'t be told to the fen', () => {
  it.each<[string, BookRequest, string]>([
    ['30,000 units with 0.01 yuan off all of them', order(line(30_000, 100n, 1n)), "line 1: 29999.99 yuan for 30000 can't be written as a price with six decimals"],
    ['more off than it costs', order(line(1, 100n, 101n), 0n), "line 1: -0.01 yuan for 1 can't be written as a price with six decimals"],
    ['another amount than its lines come to', order(line(1, 100n, 10n), 100n), 'the lines less what is taken off come to 0.90 yuan, to be paid are 1.00'],
  ])('is not sent: %s', (_what, request, detail) => {
    expect(unbookable(request)).toEqual({ reason: 'unbookable-discount', detail });
  });

  it('is sent as ever where nothing is taken off', () => {
    expect(unbookable(order(line(2, 100n), fen(300)))).toBeUndefined();
  });
});

describe('the memo of a discounted order', () => {
  it('names each rule once, and only those there is room for', () => {
    const titled = (...titles: readonly string[]): BookRequest => order({ ...line(1, 100n), discounts: titles.map((title) => ({ amount: '1', title })) });
    const memoOf = (request: BookRequest) => saleOrderHead(request, config, NOVEMBER_24)['memo'];
    expect(memoOf(titled('满减', '满减', 'VIP'))).toBe('order A1 contract HT-1 waybill SF1; 满减; VIP');
    expect(memoOf(titled('x'.repeat(120), 'VIP'))).toBe('order A1 contract HT-1 waybill SF1; VIP');
  });
});
