import { isUtf8 } from 'node:buffer';

export type UnreadableReason = 'not-framed' | 'unknown-schema' | 'truncated' | 'trailing-bytes' | 'too-large' | 'malformed' | 'tombstone' | 'incompatible' | 'invalid-value';

/** Thrown by a reader, caught by `decode`: it never leaves the codec. */
export class Unreadable extends Error {
  readonly reason: UnreadableReason;

  constructor(reason: UnreadableReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** Bytes of unknown origin, read from front to back. Every read is bounded by what is there. */
export class Source {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(path: string): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw truncated(path);
    this.at += 1;
    return byte;
  }

  /** An Avro long, exact up to ±(2^53 - 1). */
  long(path: string): number {
    const first = this.byte(path);
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let low = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.byte(path);
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    // 28 bits are read; the rest goes into a float, which is exact up to 2^53.
    let high = 0;
    for (let scale = 1, byte = 0x80; byte >= 0x80; scale *= 128) {
      if (scale > 2 ** 35) throw new Unreadable('malformed', `${path} is a number of more than 10 bytes`);
      byte = this.byte(path);
      high += (byte & 0x7f) * scale;
    }
    const magnitude = high * 2 ** 27 + (low >>> 1);
    const value = (low & 1) === 0 ? magnitude : -magnitude - 1;
    if (!Number.isSafeInteger(value)) throw new Unreadable('invalid-value', `${path} is beyond 2^53`);
    return value;
  }

  double(path: string): number {
    if (this.at + 8 > this.bytes.length) throw truncated(path);
    const value = this.bytes.readDoubleLE(this.at);
    this.at += 8;
    return value;
  }

  text(path: string): string {
    const size = this.long(path);
    if (size < 0) throw new Unreadable('malformed', `${path} has a negative length`);
    const start = this.at;
    const end = start + size;
    if (end > this.bytes.length) throw truncated(path);
    this.at = end;
    let bits = 0;
    for (let at = start; at < end; at += 1) {
      const byte = this.bytes[at] ?? 0;
      // PostgreSQL stores no NUL: letting one in would fail the whole batch later.
      if (byte === 0) throw new Unreadable('invalid-value', `${path} holds a NUL character`);
      bits |= byte;
    }
    return bits < 0x80 ? this.bytes.toString('latin1', start, end) : this.wideText(start, end, path);
  }

  private wideText(start: number, end: number, path: string): string {
    const text = this.bytes.toString('utf8', start, end);
    if (text.includes('\uFFFD') && !isUtf8(this.bytes.subarray(start, end))) throw new Unreadable('malformed', `${path} is not UTF-8`);
    return text;
  }
}

function truncated(path: string): Unreadable {
  return new Unreadable('truncated', `the message ends within ${path}`);
}
