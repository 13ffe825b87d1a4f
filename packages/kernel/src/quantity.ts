import { MeshError } from './errors.ts';

/** A whole count of something, with its unit of measure as the ERP names it ("PCS", "箱"). */
export interface Quantity {
  readonly count: number;
  readonly unit: string;
}

/** Throws BAD_REQUEST for a negative, zero or fractional count: we sell whole units. */
export function quantity(count: number, unit: string): Quantity {
  if (!Number.isSafeInteger(count) || count <= 0) {
    throw new MeshError('BAD_REQUEST', { advice: `a quantity is a whole number above zero, got ${count} ${unit}` });
  }
  return { count, unit };
}
