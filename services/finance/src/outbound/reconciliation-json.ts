import { fen, type Fen } from '@order-mesh/kernel';
import type { Difference } from '../domain/difference.ts';

/** Writes plain data as JSON, money as text: JSON has no exact number for it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) => (typeof field === 'bigint' ? field.toString() : field));
}

/** Reads a difference that `toJson` wrote. */
export function differenceFromJson(json: string): Difference {
  const difference: Difference = JSON.parse(json);
  return { ...difference, evidence: difference.evidence.map((one) => ({ ...one, amount: amountFrom(one.amount) })) };
}

/** Reads an amount that `toJson` wrote, or none. */
export function amountFrom(digits: unknown): Fen | null {
  return typeof digits === 'string' ? fen(BigInt(digits)) : null;
}
