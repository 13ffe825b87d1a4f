import type { SagaState } from '@order-mesh/saga';

const FEN = '$fen';

/** Writes a state as JSON; money, which JSON has no exact number for, becomes `{"$fen": "1234"}`. */
export function stateToJson(state: SagaState): string {
  return JSON.stringify(plain(state));
}

// a copy, because JSON.stringify with a function asks it about every field and takes five times as long
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return { [FEN]: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const copy: Record<string, unknown> = {};
  for (const name in value) copy[name] = plain(Reflect.get(value, name));
  return copy;
}

/** The inverse of `stateToJson`. */
export function stateFromJson(json: string): SagaState {
  return JSON.parse(json, (_, value: unknown) => (isFen(value) ? BigInt(value[FEN]) : value));
}

function isFen(value: unknown): value is { readonly [FEN]: string } {
  return typeof value === 'object' && value !== null && FEN in value && typeof value[FEN] === 'string';
}
