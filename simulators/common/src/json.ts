/** A JSON object as it came, not yet believed. */
export type Json = Readonly<Record<string, unknown>>;

/** Reads an object out of anything. */
export function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}

/** Reads a list of objects out of anything. */
export function listIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectIn) : [];
}

/** Reads a text; empty counts as absent. */
export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
