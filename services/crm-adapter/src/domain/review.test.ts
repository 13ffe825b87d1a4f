import fc from 'fast-check';
import { sumFen } from '@order-mesh/kernel';
import type { CrmLine, CrmOrder } from './crm-order.ts';
import { reviewOrder } from './review.ts';

const policy = { maxLines: 500 };
const line: CrmLine = { sku: 'P0001', name: 'WHITE HANGING HEART', unit: '件', quantity: 6, unitPrice: 2.95 };
const order: CrmOrder = {
  orderId: '801000000000001AAA', status: 'Activated', activatedAt: 1_000, changedAt: 2_000, currency: null, customerId: 'C12428', customerName: '陕西东和家居有限公司', region: '陕西', createdBy: '005000000000001AAA',
  shipTo: { contact: '杨芳', phone: '19900002428', region: '陕西', city: '西安', street: '解放路729号' }, lineCount: 1, lines: [line],
};
const withLines = (...lines: readonly Partial<CrmLine>[]): CrmOrder => ({ ...order, lines: lines.map((change) => ({ ...line, ...change })), lineCount: lines.length });
const reasonsOf = (given: CrmOrder): readonly string[] => {
  const reviewed = reviewOrder(given, policy);
  return reviewed.type === 'OrderUnacceptable' ? reviewed.value.reasons : [];
};

describe('letting an order in', () => {
  it('takes the price to the fen: 6 x 2.95 yuan is 1,770 fen', () => {
    expect(reviewOrder(order, policy)).toEqual({
      type: 'OrderPlaced',
      value: {
        orderId: order.orderId, source: 'salesforce', externalId: order.orderId, customerId: 'C12428', customerName: '陕西东和家居有限公司', region: '陕西', amount: 1_770n, placedAt: 1_000, placedBy: '005000000000001AAA',
        lines: [{ lineNo: 1, sku: 'P0001', name: 'WHITE HANGING HEART', quantity: 6, unit: '件', unitPrice: 295n, amount: 1_770n }],
        shipTo: { contact: '杨芳', phone: '19900002428', region: '陕西', city: '西安', street: '解放路729号' },
      },
    });
  });

  it.each<[string, CrmOrder, string]>([
    ['no lines', withLines(), 'it has no lines'],
    ['2,000 lines', { ...order, lineCount: 2_000 }, 'it has 2000 lines; at most 500 can be taken'],
    ['no account', { ...order, customerId: null }, 'its account has no customer code (AccountNumber)'],
    ['a blank customer code', { ...order, customerId: ' \u0000 ' }, 'its account has no customer code (AccountNumber)'],
    ['no address', { ...order, shipTo: { ...order.shipTo, street: null } }, 'it has no delivery address, and neither has its account'],
    ['another currency', { ...order, currency: 'USD' }, 'it is in USD; only CNY can be booked'],
    ['no product code', withLines({ sku: '' }), 'line 1: it names no product code (ProductCode)'],
    ['a negative quantity', withLines({ quantity: -3 }), 'line 1: the quantity -3 is not above zero'],
    ['a quantity of zero', withLines({ quantity: 0 }), 'line 1: the quantity 0 is not above zero'],
    ['half a unit', withLines({ quantity: 1.5 }), 'line 1: the quantity 1.5 is not whole'],
    ['no quantity', withLines({ quantity: null }), 'line 1: it has no quantity'],
    ['more units than can be counted', withLines({ quantity: 3e9 }), 'line 1: the quantity 3000000000 is more than 2147483647'],
    ['a price finer than a fen', withLines({ unitPrice: 1.005 }), 'line 1: the price 1.005 is finer than a fen or too large'],
    ['a negative price', withLines({ unitPrice: -1 }), 'line 1: the price -1 is below zero'],
    ['no price', withLines({ unitPrice: null }), 'line 1: it has no price'],
    ['a price nobody can write', withLines({ unitPrice: 1e21 }), 'line 1: the price 1e+21 is finer than a fen or too large'],
    ['a line beyond 2^53 fen', withLines({ quantity: 2_000_000_000, unitPrice: 900_000_000 }), 'line 1: 2000000000 x 900000000.00 yuan is more than can be booked'],
    ['an amount beyond 2^53 fen', withLines({ quantity: 10, unitPrice: 9e12 }, { quantity: 10, unitPrice: 9e12 }), 'it adds up to 18000000000000000 fen; at most 9007199254740991 can be booked'],
    ['nothing to pay', withLines({ unitPrice: 0 }), 'it adds up to 0.00 yuan; there is nothing to book'],
  ])('refuses an order with %s', (_what, given, reason) => {
    expect(reasonsOf(given)).toEqual([reason]);
  });

  it('names every fault at once, and no more than twenty', () => {
    expect(reasonsOf({ ...withLines({ quantity: -1, unitPrice: -1 }), customerId: null })).toHaveLength(3);
    const many = withLines(...Array.from({ length: 30 }, () => ({ quantity: 0 })));
    expect(reasonsOf(many)).toHaveLength(21);
    expect(reasonsOf(many).at(-1)).toBe('and 10 more');
  });

  it('answers whatever the CRM holds, and what it lets in adds up', () => {
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 12 }));
    const anyLine = fc.record<CrmLine>({ sku: text, name: text, unit: text, quantity: fc.option(fc.oneof(fc.integer(), fc.double())), unitPrice: fc.option(fc.oneof(fc.integer(), fc.double())) });
    fc.assert(fc.property(fc.array(anyLine, { maxLength: 6 }), text, (lines, customerId) => {
      const reviewed = reviewOrder({ ...order, customerId, lines, lineCount: lines.length }, policy);
      if (reviewed.type === 'OrderUnacceptable') return reviewed.value.reasons.length > 0;
      return reviewed.value.amount === sumFen(reviewed.value.lines.map(({ amount }) => amount)) && !JSON.stringify(reviewed.value.customerId).includes('\\u0000');
    }));
  });
});
