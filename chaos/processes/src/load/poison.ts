import { orderTopics, registry, topics } from '@order-mesh/contracts';
import { MAX_MESSAGE_BYTES, outgoing, type OutgoingRecord } from '@order-mesh/messaging';
import { POISON_KEY } from './kafka.ts';

/** How the bytes are broken. The reader of the mesh names each by a reason of its own. */
type Kind = readonly [name: string, bytes: (chance: () => number) => Buffer];

const HEADER_BYTES = 5;
const PARTITIONS = 12;
const TWO_LETTERS = [4, 65, 49];

function framed(name: string, ...body: readonly number[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(registry.find((entry) => entry.name === name)?.id ?? 0, 1);
  return Buffer.concat([header, Buffer.from(body)]);
}

const kinds: readonly Kind[] = [
  ['is cut off', () => framed('HoldCredit', 20, 65)],
  ['goes on after its end', () => framed('ReleaseCredit', ...TWO_LETTERS, 1, 2, 3)],
  ['has an unknown schema', () => Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, ...TWO_LETTERS])],
  ['is a bomb of five bytes', () => framed('ReleaseCredit', 0xfe, 0xff, 0xff, 0xff, 0x0f)],
  ['announces four billion lines', () => framed('LockStock', ...TWO_LETTERS, 0xfe, 0xff, 0xff, 0xff, 0x0f)],
  ['is nearly a megabyte of nothing', () => Buffer.alloc(MAX_MESSAGE_BYTES - 100_000)],
  ['has an amount over 2^53', () => framed('HoldCredit', ...TWO_LETTERS, ...TWO_LETTERS, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0)],
  ['is JSON', () => Buffer.from('{"orderId":"poison","amount":NaN}')],
  ['is empty', () => Buffer.alloc(0)],
  ['is noise', (chance) => Buffer.from(Array.from({ length: 60 }, () => Math.floor(chance() * 256)).with(0, 0xff))],
];
/** Of the large kind this many are enough. */
const MOST_LARGE = 5;

/** Those that somebody reads. */
const readTopics = [...orderTopics, topics.masterdataEvents];

/** So many records that nobody can read, over all topics that are read, and all partitions. */
export function poison(count: number, chance: () => number): readonly OutgoingRecord[] {
  const small = kinds.filter(([name]) => !name.includes('megabyte'));
  return Array.from({ length: count }, (_, index) => {
    const all = index < MOST_LARGE * kinds.length ? kinds : small;
    const [, bytes] = all[index % all.length] ?? small[0] ?? ['', () => Buffer.alloc(0)];
    const topic = readTopics[Math.floor(chance() * readTopics.length)] ?? '';
    return outgoing({ topic, partition: Math.floor(chance() * PARTITIONS), key: `${POISON_KEY}${index}`, value: bytes(chance), headers: {} });
  });
}
