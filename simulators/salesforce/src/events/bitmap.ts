import type { EventField } from './fields.ts';

/**
 * Says which fields changed as Salesforce does: one hexadecimal bitmap over the schema's top fields (the header is number 0),
 * then one "<number>-0x…" for each compound field over its parts.
 */
export function bitmaps(fields: readonly EventField[], names: readonly string[]): string[] {
  const changed = new Set(names);
  const simple = hex(fields.map((field) => !field.compound && changed.has(field.name)), 1);
  const nested = fields.flatMap((field, place) => {
    const parts = hex(field.parts.map((part) => field.compound && changed.has(part.name)), 0);
    return parts ? [`${place + 1}-${parts}`] : [];
  });
  return [...(simple ? [simple] : []), ...nested];
}

function hex(flags: readonly boolean[], firstBit: number): string | undefined {
  const bits = flags.reduce((sum, flag, place) => (flag ? sum | (1n << BigInt(place + firstBit)) : sum), 0n);
  if (bits === 0n) return undefined;
  const digits = bits.toString(16).toUpperCase();
  return `0x${digits.length % 2 ? '0' : ''}${digits}`;
}
