import { inflateSync } from 'node:zlib';

interface Table {
  readonly tag: Buffer;
  readonly checksum: number;
  readonly bytes: Buffer;
}

/** What shapes scripts that join their letters. Chinese and Latin need none of it, and applying it is most of the cost of a page. */
const SHAPING = new Set(['GSUB', 'GPOS', 'GDEF', 'BASE', 'kern']);

/**
 * Unpacks a WOFF 1.0 font into the OpenType file it holds, without its shaping tables; any other font is given back as it is.
 * Printing from the packed form unpacks a table for every sign.
 */
export function unpackedFont(font: Buffer): Buffer {
  if (font.toString('latin1', 0, 4) !== 'wOFF') return font;
  const tables = Array.from({ length: font.readUInt16BE(12) }, (_, at) => tableAt(font, 44 + at * 20)).filter(({ tag }) => !SHAPING.has(tag.toString('latin1')));
  const directory = Buffer.alloc(12 + 16 * tables.length);
  const power = Math.floor(Math.log2(tables.length));
  directory.writeUInt32BE(font.readUInt32BE(4), 0);
  directory.writeUInt16BE(tables.length, 4);
  directory.writeUInt16BE(16 << power, 6);
  directory.writeUInt16BE(power, 8);
  directory.writeUInt16BE(16 * tables.length - (16 << power), 10);
  const parts = [directory];
  let offset = directory.length;
  for (const [at, { tag, checksum, bytes }] of tables.entries()) {
    const entry = 12 + 16 * at;
    tag.copy(directory, entry);
    directory.writeUInt32BE(checksum, entry + 4);
    directory.writeUInt32BE(offset, entry + 8);
    directory.writeUInt32BE(bytes.length, entry + 12);
    const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
    bytes.copy(padded);
    parts.push(padded);
    offset += padded.length;
  }
  return Buffer.concat(parts);
}

function tableAt(font: Buffer, entry: number): Table {
  const [offset, packed, size] = [font.readUInt32BE(entry + 4), font.readUInt32BE(entry + 8), font.readUInt32BE(entry + 12)];
  const bytes = font.subarray(offset, offset + packed);
  return { tag: font.subarray(entry, entry + 4), checksum: font.readUInt32BE(entry + 16), bytes: packed < size ? inflateSync(bytes) : bytes };
}
