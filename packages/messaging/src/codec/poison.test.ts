import fc from 'fast-check';
import { fen } from '@order-mesh/kernel';
import { registry, type AnyMessage, type RegisteredSchema } from '@order-mesh/contracts';
import { createCodec, MAX_ITEMS, MAX_MESSAGE_BYTES, type Decoded } from './index.ts';

const codec = createCodec();
const idOf = (name: string) => registry.find((entry) => entry.name === name)?.id ?? 0;

const placed: AnyMessage = {
  type: 'OrderPlaced',
  value: {
    orderId: 'SF-80100001', source: 'salesforce', externalId: '80100001', customerId: 'C17850', customerName: '上海某某贸易有限公司', region: 'East',
    lines: [1, 2, 3].map((lineNo) => ({ lineNo, sku: '84029E', name: 'RED WOOLLY HOTTIE', quantity: 6, unit: 'PCS', unitPrice: fen(339), amount: fen(2_034) })),
    amount: fen(6_102), shipTo: { contact: '王伟', phone: '13800000000', region: 'East', city: '上海', street: '南京东路 1 号' }, placedAt: 1_760_000_000_000, placedBy: '',
  },
};
const good = codec.encode(placed);

/** Frames a body as if it were a message of this type. */
function framed(name: string, ...body: readonly number[]): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(idOf(name), 1);
  return Buffer.concat([header, Buffer.from(body)]);
}

const refused = (reason: string) => ({ ok: false, reason });
const TWO_LETTERS = [4, 65, 49];

describe('A message that cannot be read', () => {
  it('is refused wherever it is cut', () => {
    const answers = Array.from(good, (_byte, end) => codec.decode(good.subarray(0, end)));
    expect(answers[0]).toMatchObject(refused('not-framed'));
    expect(new Set(answers.slice(1).map(reasonOf))).toEqual(new Set(['truncated']));
  });

  const corpus: readonly (readonly [string, Buffer | null, string])[] = [
    ['is a tombstone', null, 'tombstone'],
    ['is empty', Buffer.alloc(0), 'not-framed'],
    ['is JSON', Buffer.from('{"orderId":"SF-1"}'), 'not-framed'],
    ['ends within its schema number', Buffer.from([0, 0, 0]), 'truncated'],
    ['has an unknown schema number', Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 4, 65, 49]), 'unknown-schema'],
    ['has a negative schema number', Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 4, 65, 49]), 'unknown-schema'],
    ['goes on after its end', Buffer.concat([good, Buffer.from([0])]), 'trailing-bytes'],
    ['is over a megabyte', Buffer.alloc(MAX_MESSAGE_BYTES + 1), 'too-large'],
    ['announces a text of 2 GB', framed('ReleaseCredit', 0xfe, 0xff, 0xff, 0xff, 0x0f), 'truncated'],
    ['has a text of negative length', framed('ReleaseCredit', 3, 65, 49), 'malformed'],
    ['has a number without end', framed('ReleaseCredit', ...new Array<number>(12).fill(0xff)), 'malformed'],
    ['holds a NUL character', framed('ReleaseCredit', 4, 65, 0), 'invalid-value'],
    ['holds what is not UTF-8', framed('ReleaseCredit', 4, 0xc3, 0x28), 'malformed'],
    ['announces four billion lines', framed('LockStock', ...TWO_LETTERS, 0xfe, 0xff, 0xff, 0xff, 0x0f), 'too-large'],
    ['announces 2^53 lines', framed('LockStock', ...TWO_LETTERS, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20), 'invalid-value'],
    ['announces lines in a block of negative size', framed('LockStock', ...TWO_LETTERS, 1, 1), 'malformed'],
    ['announces four billion lines in a sized block', framed('LockStock', ...TWO_LETTERS, 0xff, 0xff, 0xff, 0xff, 0x0f, 0), 'too-large'],
    ['has an amount over 2^53', framed('HoldCredit', ...TWO_LETTERS, ...TWO_LETTERS, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0), 'invalid-value'],
    ['has an amount over 2^63', framed('HoldCredit', ...TWO_LETTERS, ...TWO_LETTERS, ...new Array<number>(9).fill(0xff), 0x7f, 0), 'invalid-value'],
    ['has an alternative that does not exist', framed('HoldCredit', ...TWO_LETTERS, ...TWO_LETTERS, 2, 4), 'malformed'],
    ['has a boolean of 2', framed('CreditRefused', ...TWO_LETTERS, ...TWO_LETTERS, ...TWO_LETTERS, 2), 'malformed'],
    ['has a count over 2^31', framed('LockStock', ...TWO_LETTERS, 2, ...TWO_LETTERS, 0x80, 0x80, 0x80, 0x80, 0x10, 0), 'invalid-value'],
    ['has a moment no calendar knows', framed('CancelRequested', ...TWO_LETTERS, ...TWO_LETTERS, ...TWO_LETTERS, ...new Array<number>(7).fill(0xfe), 0x1f), 'invalid-value'],
  ];

  it.each(corpus)('is refused with a reason when it %s', (_what, bytes, reason) => {
    const answer = codec.decode(bytes);
    expect(answer).toMatchObject(refused(reason));
    expect(answer.ok ? '' : answer.detail).not.toBe('');
  });

  it('takes no memory for a promise of items without size', () => {
    const lines = { type: 'array', items: { type: 'record', name: 'Nothing', fields: [] } };
    const bombs: RegisteredSchema = { id: 1, subject: 's', version: 1, name: 'LockStock', schema: JSON.stringify({ type: 'record', name: 'LockStock', namespace: 'n', fields: [{ name: 'lines', type: lines }] }) };
    const decode = createCodec({ released: [bombs] }).decode;
    expect(decode(Buffer.from([0, 0, 0, 0, 1, 0xfe, 0xff, 0xff, 0xff, 0x0f]))).toMatchObject(refused('too-large'));
    // Block after block, each within the limit.
    const block = [0x80, 0x9c, 0x01];
    expect(decode(Buffer.from([0, 0, 0, 0, 1, ...block, ...block, 0]))).toMatchObject(refused('too-large'));
    const full = decode(Buffer.from([0, 0, 0, 0, 1, 0xa0, 0x9c, 0x01, 0]));
    expect(full).toMatchObject({ ok: true, message: { value: { lines: new Array(MAX_ITEMS).fill({}) } } });
  });

  it('refuses NaN and infinity', () => {
    const released: readonly RegisteredSchema[] = [{ id: 1, subject: 's', version: 1, name: 'LockStock', schema: JSON.stringify({ type: 'record', name: 'LockStock', namespace: 'n', fields: [{ name: 'share', type: 'double' }] }) }];
    for (const value of [NaN, Infinity, -Infinity]) {
      const body = Buffer.alloc(8);
      body.writeDoubleLE(value);
      expect(createCodec({ released }).decode(Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), body]))).toMatchObject(refused('invalid-value'));
    }
  });

  it('survives 1,000 flipped bits: refused, or read as something that can be written again', () => {
    fc.assert(fc.property(fc.nat(good.length * 8 - 1), fc.nat(good.length * 8 - 1), (one, two) => {
      settles(codec.decode(flipped(flipped(good, one), two)));
    }), { numRuns: 1_000, seed: 20_261_124 });
  });

  it('survives bytes of any kind behind any schema number', () => {
    fc.assert(fc.property(fc.nat(registry.length + 1), fc.uint8Array({ maxLength: 200 }), (id, body) => {
      const header = Buffer.alloc(5);
      header.writeInt32BE(id, 1);
      settles(codec.decode(Buffer.concat([header, body])));
    }), { numRuns: 1_000, seed: 20_261_124 });
  });
});

function reasonOf(answer: Decoded): string {
  return answer.ok ? 'read' : answer.reason;
}

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

function settles(answer: Decoded): void {
  if (answer.ok) expect(codec.decode(codec.encode(answer.message))).toMatchObject({ ok: true, message: answer.message });
}
