import { avroReader } from './avro.ts';

const schema = JSON.stringify({
  type: 'record', name: 'E', namespace: 'n', fields: [
    { name: 'H', type: { type: 'record', name: 'Header', fields: [
      { name: 'ids', type: { type: 'array', items: 'string' } },
      { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['CREATE', 'UPDATE'] } },
      { name: 'at', type: 'long' },
    ] } },
    { name: 'Status', type: ['null', 'string'], default: null },
    { name: 'Again', type: ['null', 'n.Kind'], default: null },
  ],
});
const read = avroReader(schema);
// ids ["A1"], UPDATE, 300, Status "Draft", Again CREATE
const message = Uint8Array.from([2, 4, 65, 49, 0, 2, 0xd8, 4, 2, 10, 68, 114, 97, 102, 116, 2, 0]);

describe('a change event', () => {
  it('is read by the schema it came with', () => {
    expect(read(message)).toEqual({ H: { ids: ['A1'], kind: 'UPDATE', at: 300 }, Status: 'Draft', Again: 'CREATE' });
  });

  it('is refused at whatever byte it was cut', () => {
    for (let length = 0; length < message.length; length += 1) expect(() => read(message.subarray(0, length))).toThrow('PARTNER_BROKEN');
    expect(() => read(Uint8Array.from([...message, 0]))).toThrow('1 bytes are left over');
  });

  it('can not claim more items than it has bytes', () => {
    expect(() => read(Uint8Array.from([0xfe, 0xff, 0xff, 0xff, 0x1f, 0, 0]))).toThrow('a list claims');
    expect(() => read(Uint8Array.from(new Array(20).fill(0xff)))).toThrow('a number has no end');
  });

  it('keeps numbers beyond 2^53 whole', () => {
    expect(avroReader('"long"')(Uint8Array.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]))).toBe(2n ** 63n - 1n);
  });
});
