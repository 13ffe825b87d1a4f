import { MeshError } from '@order-mesh/kernel';

export type Json = Readonly<Record<string, unknown>>;

/** Parses text. Throws BAD_REQUEST naming `spot`. */
export function parseJson(text: string, spot: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MeshError('BAD_REQUEST', { advice: `${spot} is not JSON`, cause });
  }
}

export function objectAt(value: unknown, spot: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(spot, 'an object is expected');
  return Object.fromEntries(Object.entries(value));
}

export function listAt(value: unknown, spot: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable(spot, 'a list is expected');
  return value;
}

export function wordAt(json: Json, name: string, spot: string): string {
  const value = json[name];
  if (typeof value !== 'string' || value === '') throw unreadable(spot, `"${name}" must be a text`);
  return value;
}

export function unreadable(spot: string, why: string): MeshError {
  return new MeshError('BAD_REQUEST', { advice: `${spot}: ${why}` });
}
