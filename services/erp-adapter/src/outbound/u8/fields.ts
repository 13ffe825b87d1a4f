import { MeshError } from '@order-mesh/kernel';

/** A JSON object of U8's: text fields, and lists or objects below. */
export type U8Fields = Readonly<Record<string, unknown>>;

/** Takes a JSON object in; undefined for anything else. */
export function asFields(value: unknown): U8Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** The text in a field; numbers count as text, an absent field is ''. */
export function text(fields: U8Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}

/** The text in a field that must be there. Throws PARTNER_BROKEN. */
export function needed(fields: U8Fields, name: string): string {
  const found = text(fields, name);
  if (found === '') throw new MeshError('PARTNER_BROKEN', { advice: `U8 left out the field ${name}; check its version` });
  return found;
}

/** The objects in a list; a lone one comes without the list around it. */
export function listIn(fields: U8Fields, name: string): readonly U8Fields[] {
  const value = fields[name];
  const items: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return items.map(asFields).filter((item) => item !== undefined);
}
