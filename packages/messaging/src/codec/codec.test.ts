import avro from 'avsc';
import fc from 'fast-check';
import { fen, MAX_FEN } from '@order-mesh/kernel';
import { registry, shapeOf, type AnyMessage, type RegisteredSchema, type Shape } from '@order-mesh/contracts';
import { createCodec, MAX_INSTANT, MAX_ITEMS } from './index.ts';

const codec = createCodec();
const newest = [...new Map(registry.map((entry) => [entry.name, entry])).values()];
const older = registry.filter((entry) => !newest.includes(entry));

/** Any value of a shape, whole numbers up to `most` either way. */
function valueOf(shape: Shape, most: number): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'string': return fc.string({ unit: 'grapheme', maxLength: 90 }).map((text) => text.replaceAll('\0', ''));
    case 'int': return fc.integer();
    case 'long': return fc.integer({ min: -most, max: most });
    case 'double': return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean': return fc.boolean();
    case 'fen': return fc.bigInt({ min: BigInt(-most), max: BigInt(most) });
    case 'instant': return fc.integer({ min: Math.max(-most, -MAX_INSTANT), max: Math.min(most, MAX_INSTANT) });
    case 'array': return fc.array(valueOf(shape.items, most), { maxLength: 5 });
    case 'nullable': return fc.oneof(fc.constant(null), valueOf(shape.of, most));
    case 'enum': return fc.constantFrom(...shape.symbols);
    case 'record': return fc.record(Object.fromEntries(shape.fields.map((field) => [field.name, valueOf(field.shape, most)])), { noNullPrototype: true });
  }
}

function messageOf({ name, schema }: RegisteredSchema, most = Number.MAX_SAFE_INTEGER): fc.Arbitrary<AnyMessage> {
  return valueOf(shapeOf(schema, name), most).map((value) => ({ type: name, value }) as AnyMessage);
}

/** avsc is told only what a fen is. It is compared up to 2^52: below that it writes odd negative numbers with the wrong sign. */
class FenType extends avro.types.LogicalType {
  override _fromValue(value: number): bigint { return BigInt(value); }
  // undefined for whatever is no fen: so avsc finds the branch of a nullable one
  override _toValue(value: unknown): number | undefined { return typeof value === 'bigint' ? Number(value) : undefined; }
  override _resolve(): undefined { return undefined; }
}

const typeOf = ({ schema }: RegisteredSchema): avro.Type => avro.Type.forSchema(JSON.parse(schema), { wrapUnions: 'never', logicalTypes: { fen: FenType } });

describe('A message on the wire', () => {
  it.each(newest.map((entry) => [entry.name, entry] as const))('%s comes back as it went', (_name, entry) => {
    fc.assert(fc.property(messageOf(entry), (message) => {
      expect(codec.decode(codec.encode(message))).toEqual({ ok: true, message, schemaId: entry.id });
    }), { numRuns: 60 });
  });

  it.each(newest.map((entry) => [entry.name, entry] as const))('%s has the bytes that any other Avro library gives it', (_name, entry) => {
    const type = typeOf(entry);
    fc.assert(fc.property(messageOf(entry, 2 ** 52), (message) => {
      expect(codec.encode(message).subarray(5).equals(type.toBuffer(message.value))).toBe(true);
    }), { numRuns: 30 });
  });

  it.each(older.map((entry) => [entry.name, entry.version, entry] as const))('%s of version %i is still read, in its newest shape', (_name, _version, entry) => {
    fc.assert(fc.property(messageOf(entry, 2 ** 52), (message) => {
      const head = Buffer.alloc(5);
      head.writeUInt32BE(entry.id, 1);
      const decoded = codec.decode(Buffer.concat([head, typeOf(entry).toBuffer(message.value)]));
      expect(decoded).toMatchObject({ ok: true, schemaId: entry.id, message });
    }), { numRuns: 30 });
  });

  it('begins with a zero byte and the number of its schema', () => {
    const id = registry.find(({ name }) => name === 'ReleaseCredit')?.id ?? 0;
    expect([...codec.encode({ type: 'ReleaseCredit', value: { orderId: 'A1' } })]).toEqual([0, 0, 0, 0, id, 4, 65, 49]);
  });

  it('carries the largest amount there is, either way', () => {
    for (const amount of [fen(MAX_FEN), fen(-MAX_FEN), fen(0), fen(2n ** 28n), fen(-(2n ** 30n) - 1n)]) {
      const message: AnyMessage = { type: 'HoldCredit', value: { orderId: 'o', customerId: 'c', amount, approvalId: null, revision: 0, startedAt: 0 } };
      expect(codec.decode(codec.encode(message))).toMatchObject({ ok: true, message });
    }
  });

  it('replaces half a surrogate pair instead of losing the message', () => {
    expect(codec.decode(codec.encode({ type: 'ReleaseCredit', value: { orderId: 'A\uD800' } }))).toMatchObject({ message: { value: { orderId: 'A\uFFFD' } } });
  });
});

describe('A message that does not fit its schema', () => {
  const line = { lineNo: 1, sku: '84029E', name: 'HOT WATER BOTTLE', quantity: 1, unit: 'PCS', unitPrice: fen(339), amount: fen(339) };
  const misfits: readonly (readonly [string, AnyMessage['type'], unknown, string])[] = [
    ['lacks a field', 'ReleaseCredit', {}, 'ReleaseCredit.orderId must be a text, got undefined'],
    ['has yuan for fen', 'HoldCredit', { orderId: 'o', customerId: 'c', amount: 4.5, approvalId: null, revision: 0 }, 'HoldCredit.amount must be an amount in fen (a bigint), got 4.5'],
    ['is beyond 2^53', 'HoldCredit', { orderId: 'o', customerId: 'c', amount: MAX_FEN + 1n, approvalId: null, revision: 0 }, 'HoldCredit.amount must be an amount in fen'],
    ['has half a unit', 'LockStock', { orderId: 'o', lines: [{ sku: 's', quantity: 0.5 }] }, 'LockStock.lines[].quantity must be a whole number up to 2147483647, got 0.5'],
    ['has no list', 'LockStock', { orderId: 'o', lines: line }, 'LockStock.lines must be a list, got object'],
    ['has too many lines', 'LockStock', { orderId: 'o', lines: new Array(MAX_ITEMS + 1).fill({ sku: 's', quantity: 1 }) }, 'LockStock.lines has more than 10000 items'],
    ['holds a NUL', 'ReleaseCredit', { orderId: 'a\0b' }, 'ReleaseCredit.orderId holds a NUL character'],
    ['is not a moment', 'CancelRequested', { orderId: 'o', reason: '', requestedBy: '', requestedAt: NaN }, 'CancelRequested.requestedAt must be a whole number'],
    ['is larger than a message may be', 'ReleaseCredit', { orderId: 'x'.repeat(1_048_576) }, 'is larger than 1048576 bytes'],
  ];

  it.each(misfits)('is refused when it %s', (_what, type, value, told) => {
    const encode = () => codec.encode({ type, value } as AnyMessage);
    expect(encode).toThrow('BAD_MESSAGE');
    expect(encode).toThrow(told);
    expect(codec.decode(codec.encode({ type: 'ReleaseCredit', value: { orderId: 'next' } }))).toMatchObject({ ok: true });
  });

  it('never shows a telephone number in the refusal', () => {
    const value = { orderId: 'o', customerName: 'c', lines: [], shipTo: { contact: 'c', phone: 'x', region: 'r', city: '13800000000', street: 8 } };
    expect(() => codec.encode({ type: 'PlanDelivery', value } as unknown as AnyMessage)).toThrow(/^(?!.*13800000000)/);
  });
});

function held(version: number, fields: readonly object[]): RegisteredSchema {
  const schema = JSON.stringify({ type: 'record', name: 'HoldCredit', namespace: 'order_mesh.credit', fields });
  return { id: 100 + version, subject: 'credit.commands.v1-order_mesh.credit.HoldCredit', version, name: 'HoldCredit', schema };
}

describe('A message of another version', () => {
  const text = (name: string, more = {}) => ({ name, type: 'string', ...more });
  const old = held(1, [text('orderId'), text('salesChannel', { default: '' }), text('customerId')]);
  const fresh = held(2, [text('orderId'), text('customerId'),
    { name: 'amount', type: { type: 'long', logicalType: 'fen' }, default: 7 }, { name: 'approvalId', type: ['null', 'string'], default: null }]);

  it('written before a field was added is read with its default, and what nobody reads any more is passed over', () => {
    const bytes = createCodec({ released: [old] }).encode({ type: 'HoldCredit', value: { orderId: 'SF-1', salesChannel: 'web', customerId: 'C17850' } } as unknown as AnyMessage);
    expect(createCodec({ released: [old, fresh] }).decode(bytes)).toEqual({
      ok: true, schemaId: 101, message: { type: 'HoldCredit', value: { orderId: 'SF-1', customerId: 'C17850', amount: 7n, approvalId: null } },
    });
  });

  it('written by a newer service is read by one that knows the number but not the field', () => {
    const message: AnyMessage = { type: 'HoldCredit', value: { orderId: 'SF-1', customerId: 'C17850', amount: fen(1), approvalId: 'A1', revision: 0, startedAt: 0 } };
    const behind = createCodec({ released: [old] });
    const bytes = createCodec({ released: [old, fresh] }).encode(message);
    expect(behind.decode(bytes)).toMatchObject({ ok: false, reason: 'unknown-schema' });
    behind.learn(102, fresh.schema);
    expect(behind.decode(bytes)).toMatchObject({ ok: true, message: { value: { orderId: 'SF-1', salesChannel: '', customerId: 'C17850' } } });
  });

  it('with a symbol that its reader does not know takes the default of the reader', () => {
    const kind = (symbols: readonly string[]) => ({ name: 'kind', type: { type: 'enum', name: 'Kind', symbols, default: 'OTHER' } });
    const [before, after] = [held(1, [kind(['OTHER', 'A'])]), held(2, [kind(['OTHER', 'A', 'B'])])];
    const ahead = createCodec({ released: [before, after] });
    const behind = createCodec({ released: [before] });
    behind.learn(102, after.schema);
    const read = (symbol: string) => behind.decode(ahead.encode({ type: 'HoldCredit', value: { kind: symbol } } as unknown as AnyMessage));
    expect([read('A'), read('B')]).toMatchObject([{ message: { value: { kind: 'A' } } }, { message: { value: { kind: 'OTHER' } } }]);
  });
});
