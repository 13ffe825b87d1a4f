import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import type { AnyMessage } from '@order-mesh/contracts';
import { messageFromJson, messageToJson } from './message-json.ts';

const EPOCH = '1970-01-01T00:00:00.000Z';
const hold: AnyMessage = { type: 'HoldCredit', value: { orderId: 'o1', customerId: 'C1', amount: fen(9_007_199_254_740_991n), approvalId: null, revision: 0, startedAt: 0 } };

const placed = (changes: object = {}): AnyMessage => ({
  type: 'OrderPlaced',
  value: {
    orderId: 'o1', source: 'crm', externalId: 'x', customerId: 'C1', customerName: '海风商贸', region: '上海',
    lines: [{ lineNo: 1, sku: 'P1', name: 'LANTERN', quantity: 2, unit: 'PCS', unitPrice: fen(500), amount: fen(1_000) }],
    amount: fen(1_000), shipTo: { contact: '王芳', phone: '1', region: '上海', city: '上海', street: '1' }, placedAt: 1_772_328_600_000, placedBy: '', ...changes,
  },
});

describe('a message as JSON', () => {
  it('has fen in quotes, moments in ISO 8601, and null for what is absent', () => {
    expect(messageToJson(hold)).toEqual({ type: 'HoldCredit', value: { orderId: 'o1', customerId: 'C1', amount: '9007199254740991', approvalId: null, revision: 0, startedAt: EPOCH } });
    expect(messageToJson(placed())).toMatchObject({ value: { placedAt: '2026-03-01T01:30:00.000Z', lines: [{ quantity: 2, unitPrice: '500' }] } });
  });

  it('is read back to the fen, through text', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), fc.string().filter((text) => !text.includes('\0')), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (amount, name, lineNo) => {
      const message = placed({ amount: fen(amount), customerName: name, lines: [{ lineNo, sku: name, name, quantity: lineNo, unit: '', unitPrice: fen(0), amount: fen(amount) }] });
      expect(messageFromJson(JSON.parse(JSON.stringify(messageToJson(message))))).toEqual({ ok: true, message });
    }));
  });

  it.each<[string, unknown, string, string]>([
    ['a field is missing', { orderId: 'o1', customerId: 'C1', approvalId: null, revision: 0, startedAt: EPOCH }, 'value.amount', 'is missing'],
    ['a field is not known', { ...hold.value, startedAt: EPOCH, amount: '1', limit: 5 }, 'value.limit', 'is no field here; the fields are orderId, customerId, amount, approvalId, revision, startedAt'],
    ['an amount is a fraction', { ...hold.value, startedAt: EPOCH, amount: '12.50' }, 'value.amount', 'must be whole fen in quotes, such as "1250" for 12.50 yuan, up to 9007199254740991'],
    ['an amount is over 2^53', { ...hold.value, startedAt: EPOCH, amount: '9007199254740992' }, 'value.amount', 'must be whole fen in quotes, such as "1250" for 12.50 yuan, up to 9007199254740991'],
    ['a text is a number', { ...hold.value, startedAt: EPOCH, amount: '1', customerId: 5 }, 'value.customerId', 'must be text'],
    ['all of it is a list', [], 'value', 'must be an object'],
  ])('is refused when %s, and the field is named', (_, value, field, detail) => {
    expect(messageFromJson({ type: 'HoldCredit', value })).toEqual({ ok: false, faults: [{ field, detail }] });
  });

  it('names a field deep inside by its place', () => {
    const { value } = messageToJson(placed());
    const [line] = (value as { readonly lines: readonly object[] }).lines;
    expect(messageFromJson({ type: 'OrderPlaced', value: { ...Object(value), lines: [line, { ...line, quantity: 1.5 }], placedAt: '2026-13-01T00:00:00Z' } })).toEqual({ ok: false, faults: [
      { field: 'value.lines[1].quantity', detail: 'must be a whole number up to 2147483647' },
      { field: 'value.placedAt', detail: 'must be a moment in ISO 8601, such as "2026-03-01T01:30:00.000Z"' },
    ] });
    expect(messageFromJson({ type: '', value: {} })).toEqual({ ok: false, faults: [{ field: 'type', detail: 'is missing: the bytes do not tell which message it is' }] });
    expect(messageFromJson({ type: 'toString', value: {} })).toMatchObject({ ok: false, faults: [{ field: 'type' }] });
  });
});
