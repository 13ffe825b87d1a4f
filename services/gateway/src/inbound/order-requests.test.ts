import fc from 'fast-check';
import { requestText } from '../domain/order-request.ts';
import { exampleOrder } from './examples.ts';
import { orderReader } from './order-requests.ts';
import { Problem } from './problem.ts';

const readOrder = orderReader({ maxLines: 500 });
const [line] = exampleOrder.lines;
const order = (changes: object = {}): object => ({ ...exampleOrder, ...changes });
const lines = (...changes: readonly object[]): object => order({ lines: changes.map((change) => ({ ...line, ...change })) });

function faults(body: unknown): readonly string[] {
  try {
    readOrder(body);
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
}

describe('an order at the border', () => {
  it('is read with its amounts', () => {
    expect(readOrder(order())).toEqual({
      orderId: 'WEB-2026-000123', source: 'webshop', externalId: 'WEB-2026-000123', customerId: 'C17850', customerName: '海风商贸有限公司', region: '华东',
      lines: [{ lineNo: 1, sku: '85123A', name: 'WHITE HANGING HEART T-LIGHT HOLDER', quantity: 6, unit: 'PCS', unitPrice: 2_550n, amount: 15_300n }],
      amount: 15_300n, shipTo: exampleOrder.shipTo, placedBy: '',
    });
  });

  it('may say who placed it, and is the same request as before to who says nothing', () => {
    const [nobody, somebody] = [readOrder(order()), readOrder(order({ placedBy: '李娜' }))];
    expect(somebody.placedBy).toBe('李娜');
    expect(requestText(nobody)).not.toContain('placedBy');
    expect(requestText(somebody)).not.toBe(requestText(nobody));
  });

  it('may leave out name, unit and source, and give prices as text', () => {
    const { source: _, ...rest } = exampleOrder;
    const read = readOrder({ ...rest, lines: [{ sku: 'P1', quantity: 1, unitPriceFen: '9007199254740991' }] });
    expect(read).toMatchObject({ source: 'api', amount: 9_007_199_254_740_991n, lines: [{ name: 'P1', unit: 'PCS' }] });
  });

  it.each([
    ['no lines', order({ lines: [] }), ['#/lines an order has at least one line']],
    ['2,000 lines', lines(...Array.from({ length: 2_000 }, () => ({}))), ['#/lines the order has 2000 lines; at most 500 can be taken, split it']],
    ['a negative, a zero and a fractional quantity', lines({ quantity: -1 }, { quantity: 0 }, { quantity: 1.5 }),
      ['#/lines/0/quantity must be above zero', '#/lines/1/quantity must be above zero', '#/lines/2/quantity must be a whole number, not a fraction']],
    ['a quantity in quotes', lines({ quantity: '6' }), ['#/lines/0/quantity must be a whole number above zero']],
    ['a negative price', lines({ unitPriceFen: -5 }), ['#/lines/0/unitPriceFen must be a whole number of fen from 0 to 9007199254740991, as a number or in quotes']],
    ['a price in yuan', lines({ unitPriceFen: '25.50' }), ['#/lines/0/unitPriceFen must be a whole number of fen from 0 to 9007199254740991, as a number or in quotes']],
    ['no price', lines({ unitPriceFen: undefined }), ['#/lines/0/unitPriceFen is missing']],
    ['a price of 2^53', lines({ unitPriceFen: 2 ** 53 }), ['#/lines/0/unitPriceFen must be a whole number of fen from 0 to 9007199254740991, as a number or in quotes']],
    ['a line of more than 2^53 - 1 fen', lines({ unitPriceFen: '9007199254740991', quantity: 2 }),
      ['#/lines/0 2 x 9007199254740991 fen is 18014398509481982 fen; at most 9007199254740991 can be booked']],
    ['a total of more than 2^53 - 1 fen', lines({ unitPriceFen: '9007199254740991', quantity: 1 }, { unitPriceFen: 1, quantity: 1 }),
      ['#/lines the order adds up to 9007199254740992 fen; at most 9007199254740991 can be booked']],
    ['nothing to pay', lines({ unitPriceFen: 0 }), ['#/lines the order adds up to 0 fen; there is nothing to book']],
    ['fields nobody knows', order({ discount: 5, lines: [{ ...line, vat: 1 }] }), ['#/lines/0/vat is not known here; leave it out', '#/discount is not known here; leave it out']],
    ['a prototype', JSON.parse(JSON.stringify(order()).replace('{', '{"__proto__":{"admin":true},')), ['#/__proto__ is not known here; leave it out']],
    ['a bad number', order({ orderId: 'A/1' }), ['#/orderId must be 1 to 64 letters, digits, dots, dashes or underscores']],
    ['the name of Salesforce', order({ source: 'salesforce' }), ['#/source must not be salesforce: its orders come through the CRM adapter']],
    ['control characters', order({ customerName: 'a\0b' }), ['#/customerName must be text of 1 to 200 characters on one line, not only blanks']],
    ['half a character', order({ region: '\uD83D' }), ['#/region must be text of 1 to 100 characters on one line, not only blanks']],
    ['no place of delivery', order({ shipTo: undefined }), ['#/shipTo is missing']],
    ['a telephone of words', order({ shipTo: { ...exampleOrder.shipTo, phone: 'call me' } }), ['#/shipTo/phone must be a telephone number']],
    ['a list', [], ['# must be an object']],
    ['nothing', undefined, ['# is missing']],
  ])('is refused with %s, place by place', (_, body, expected) => {
    expect(faults(body)).toEqual(expected);
  });

  it('hears of all its faults at once, a hundred at most', () => {
    expect(faults(lines(...Array.from({ length: 300 }, () => ({ quantity: 0, sku: '' }))))).toHaveLength(100);
  });

  it('is taken or refused with a reason, whatever is sent', () => {
    fc.assert(fc.property(fc.anything(), fc.anything(), fc.constantFrom('orderId', 'lines', 'shipTo', 'region', 'source'), (whole, part, field) => {
      expect(faults(whole).length).toBeGreaterThan(0);
      for (const fault of faults(order({ [field]: part }))) expect(fault).toMatch(/^#(\/.*)? \S.{8,}$/s);
    }), { numRuns: 2_000 });
  });
});
