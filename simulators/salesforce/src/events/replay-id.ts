// Real ids are opaque, grow with gaps and come as ten bytes; a client that computes with them must fail here as it would there
const ORIGIN = 7_431_000n;
const GAP = 8n;

/** The replay id of the event with this sequence number. */
export function replayId(sequence: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeBigUInt64BE(numberOf(sequence));
  return bytes;
}

/** The sequence number behind a replay id of this organisation, or undefined when it never gave out such an id. */
export function sequenceOf(id: Uint8Array, latest: number): number | undefined {
  if (id.length < 8) return undefined;
  const number = Buffer.from(id).readBigUInt64BE();
  const sequence = Number((number - ORIGIN) / GAP);
  return sequence >= 0 && sequence <= latest && numberOf(sequence) === number ? sequence : undefined;
}

function numberOf(sequence: number): bigint {
  return ORIGIN + BigInt(sequence) * GAP + BigInt(((sequence * 2_654_435_761) >>> 7) % 8);
}
