import { MAX_MESSAGE_BYTES } from './limits.ts';

/** Thrown by a writer, turned into BAD_MESSAGE by `encode`. */
export class Unwritable extends Error {}

// A text of up to 63 characters of ASCII has its length in one byte.
const SHORT = 63;

/** Messages are written one behind the other into a slab; so small, because a message that is kept keeps its slab. After a large message one slab is up to twice its size. */
const SLAB_BYTES = 65_536;

/** Bytes to be sent, filled from front to back and handed out at the end, uncopied. One sink serves all messages, one after the other. */
export class Sink {
  private bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
  private start = 0;
  private at = 0;
  private readonly limit: number;

  constructor(limit = MAX_MESSAGE_BYTES) {
    // Ten bytes of slack, so that the last number of a message of full size is not refused.
    this.limit = limit + 10;
  }

  /** Forgets what was written. */
  begin(): void {
    this.at = this.start;
  }

  /** What was written since `begin`; the sink writes behind it from now on. */
  finish(): Buffer {
    const made = this.bytes.subarray(this.start, this.at);
    this.start = this.at;
    return made;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.at = this.bytes.writeUInt32BE(value, this.at);
  }

  /** A whole number within ±(2^53 - 1). */
  long(value: number): void {
    this.reserve(10);
    if (value < 0x4000_0000 && value >= -0x4000_0000) {
      this.varint((value << 1) ^ (value >> 31));
      return;
    }
    const zigzag = (BigInt(value) << 1n) ^ (BigInt(value) >> 63n);
    let high = Number(zigzag >> 28n);
    let low = Number(zigzag & 0xfff_ffffn);
    for (let group = 0; group < 4; group += 1, low >>>= 7) this.bytes[this.at++] = (low & 0x7f) | 0x80;
    for (; high >= 0x80; high = Math.floor(high / 128)) this.bytes[this.at++] = (high % 128) | 0x80;
    this.bytes[this.at++] = high;
  }

  double(value: number): void {
    this.reserve(8);
    this.at = this.bytes.writeDoubleLE(value, this.at);
  }

  text(value: string): void {
    if (value.length <= SHORT && this.shortText(value)) return;
    const size = Buffer.byteLength(value);
    this.long(size);
    this.reserve(size);
    this.at += this.bytes.write(value, this.at);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  private shortText(value: string): boolean {
    const size = value.length;
    this.reserve(size + 1);
    const start = this.at + 1;
    for (let index = 0; index < size; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      this.bytes[start + index] = code;
    }
    this.bytes[this.at] = size << 1;
    this.at = start + size;
    return true;
  }

  private varint(zigzag: number): void {
    let left = zigzag >>> 0;
    for (; left >= 0x80; left >>>= 7) this.bytes[this.at++] = (left & 0x7f) | 0x80;
    this.bytes[this.at++] = left;
  }

  private reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const written = this.at - this.start;
    if (written + size > this.limit) throw new Unwritable(`is larger than ${this.limit - 10} bytes`);
    const next = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, Math.min(2 * (written + size), this.limit)));
    this.bytes.copy(next, 0, this.start, this.at);
    this.bytes = next;
    this.start = 0;
    this.at = written;
  }
}
